"""YAML is read with lines, bounded, and by the rules of YAML 1.2."""

from __future__ import annotations

from typing import Any

import pytest

from graders.problems import Problem, did_you_mean
from graders.source import MAX_BYTES, Localized, Strict, parse_yaml, validate


def read(text: str) -> tuple[Any, list[str]]:
    problems: list[Problem] = []
    document = parse_yaml(text, file="a.yaml", problems=problems)
    return document.data if document else None, [str(problem) for problem in problems]


class Book(Strict):
    title: Localized
    pages: tuple[int, ...] = ()


class Shelf(Strict):
    books: tuple[Book, ...]


def test_words_that_older_yaml_turns_into_something_else_stay_text() -> None:
    data, problems = read("no: yes\non: 12:30\ndate: 2024-05-01\nversion: 1.10.2\nflag: true\nhalf: .5\n")
    assert data == {"no": "yes", "on": "12:30", "date": "2024-05-01", "version": "1.10.2", "flag": True, "half": 0.5}
    assert problems == []


def test_quoted_numbers_are_text() -> None:
    assert read("a: '5'\nb: |\n  5\nc: 5\n")[0] == {"a": "5", "b": "5\n", "c": 5}


def test_a_wrong_indent_has_its_line() -> None:
    assert read("a: 1\n b: 2\n")[1][0].startswith("a.yaml:2: this is not YAML")


def test_an_alias_bomb_is_refused_quickly() -> None:
    bomb = "a: &a [x,x,x,x,x,x,x,x,x,x]\n"
    for previous, name in zip("abcdefg", "bcdefgh", strict=True):
        bomb += f"{name}: &{name} [" + ",".join([f"*{previous}"] * 10) + "]\n"
    data, problems = read(bomb)
    assert data is None
    assert "grows too large" in problems[0]


@pytest.mark.parametrize("text", ["a: &a [*a]\n", "[" * 5000, "a: " * 1 + "{a: " * 3000])
def test_endless_and_very_deep_texts_are_refused(text: str) -> None:
    assert read(text)[0] is None
    assert len(read(text)[1]) == 1


def test_a_text_that_is_too_large_is_refused() -> None:
    assert "too large" in read("a" * (MAX_BYTES + 1))[1][0]


@pytest.mark.parametrize("tag", ["!!python/object/apply:os.system ['true']", "!secret x"])
def test_tags_are_refused(tag: str) -> None:
    assert "is not allowed" in read(f"a: {tag}\n")[1][0]


def test_a_model_names_every_wrong_line() -> None:
    problems: list[Problem] = []
    text = "books:\n  - title: {en: One}\n    pages: [1, x]\n  - titel: {en: Two}\n  - title: {en: 3}\n"
    document = parse_yaml(text, file="shelf.yaml", problems=problems)
    assert document is not None
    assert validate(Shelf, document, problems) is None
    assert [str(problem) for problem in problems] == [
        "shelf.yaml:3: `books.0.pages.1` is 'x', expected a whole number",
        "shelf.yaml:4: the key `books.1.title` is missing, expected `title`",
        "shelf.yaml:4: the key `titel` is unknown, expected `title` (did you mean that?) or another"
        " of `title`, `pages`",
        "shelf.yaml:5: `books.2.title.en` is not text, expected text; put quotes around it if it looks like a number",
    ]


def test_an_empty_file_says_what_belongs_there() -> None:
    problems: list[Problem] = []
    document = parse_yaml("", file="shelf.yaml", problems=problems)
    assert document is not None
    assert validate(Shelf, document, problems) is None
    assert "expected a mapping with `books`" in str(problems[0])


def test_a_far_name_gets_the_list_only() -> None:
    assert did_you_mean("zzz", ["apple", "pear"]) == "one of `apple`, `pear`"
