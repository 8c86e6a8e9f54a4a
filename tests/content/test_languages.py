"""Both languages have the same parts: neither is a shadow of the other."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.content.reading import CHAPTERS, COURSE, EXERCISES, LANGUAGES, LISTINGS, QUIZZES, load, outline

TEXTS = [*(chapter / "chapter" for chapter in CHAPTERS), *(e / "statement" for e in EXERCISES), COURSE / "faq"]
YAML = [*QUIZZES, *(e / "exercise.yaml" for e in EXERCISES), *(COURSE / f"{name}.yaml" for name in LISTINGS)]
WORDS = re.compile(r"[^\W\d_]", re.UNICODE)
CHINESE = re.compile(r"[\u4e00-\u9fff]")
SPACED_PERCENT = re.compile(r"[\d}]\s+%(?!\s*\w)")  #: 95 % is English usage; Chinese writes 95%


def _name(path: Path) -> str:
    return path.relative_to(COURSE).as_posix()


@pytest.mark.parametrize("text", TEXTS, ids=_name)
def test_a_text_has_the_same_outline_in_both_languages(text: Path) -> None:
    english, chinese = (outline(Path(f"{text}.{language}.md").read_text(encoding="utf-8")) for language in LANGUAGES)
    assert english == chinese


@pytest.mark.parametrize("text", TEXTS, ids=_name)
def test_a_chinese_text_is_as_full_as_the_english_one(text: Path) -> None:
    english, chinese = (Path(f"{text}.{language}.md").read_text(encoding="utf-8") for language in LANGUAGES)
    words = len(re.findall(r"[A-Za-z]+", english))
    characters = len(CHINESE.findall(chinese))
    assert 0.7 < characters / words < 2.2


def _localized(value: Any, place: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(value, dict):
        if set(value) & set(LANGUAGES):
            yield place, value
        for key, part in value.items():
            yield from _localized(part, f"{place}.{key}")
    elif isinstance(value, list):
        for number, part in enumerate(value):
            yield from _localized(part, f"{place}[{number}]")


@pytest.mark.parametrize("path", YAML, ids=_name)
def test_every_text_in_yaml_is_there_in_both_languages(path: Path) -> None:
    found = list(_localized(load(path)))
    assert found
    for place, texts in found:
        assert set(texts) == set(LANGUAGES), place
        assert all(str(text).strip() for text in texts.values()), place
        english = str(texts["en"])
        assert not CHINESE.search(english), f"{place}: Chinese in the English text"
        if len(WORDS.findall(re.sub(r"`[^`]*`|\$[^$]*\$", "", english))) > 12:
            assert CHINESE.search(str(texts["zh-hans"])), f"{place}: no Chinese in the Chinese text"
        assert not SPACED_PERCENT.search(str(texts["zh-hans"])), f"{place}: a space before the percent sign"


@pytest.mark.parametrize("text", [Path(f"{text}.zh-hans.md") for text in TEXTS], ids=_name)
def test_chinese_prose_has_chinese_punctuation(text: Path) -> None:
    prose = re.sub(
        r"```.*?```|`[^`]*`|\$\$.*?\$\$|\$[^$]*\$|<[^>]*>", "", text.read_text(encoding="utf-8"), flags=re.DOTALL
    )
    wrong = re.findall(r"[\u4e00-\u9fff][,;:?!](?!\w)|[\u4e00-\u9fff]\.(?:\s|$)|[\u4e00-\u9fff]\(", prose)
    assert wrong + SPACED_PERCENT.findall(prose) == []


def test_the_library_is_large_enough_and_has_chinese_lectures() -> None:
    least = {"lectures": 40, "events": 25, "papers": 40, "datasets": 20, "tools": 20}
    listings = {name: load(COURSE / f"{name}.yaml") for name in LISTINGS}
    for name, entries in listings.items():
        assert len(entries) >= least[name], name
        assert len({entry["url"] for entry in entries}) == len(entries), f"{name}: an address twice"
    lectures = listings["lectures"]
    tongues = [entry.get("languages") or [entry.get("language")] for entry in lectures]
    assert sum("zh-hans" in tongue for tongue in tongues) >= 3


@pytest.mark.parametrize("exercise", EXERCISES, ids=_name)
def test_an_exercise_gives_two_hints_where_a_test_is_worth_two_points(exercise: Path) -> None:
    tests = load(exercise / "exercise.yaml")["tests"]
    for name, test in tests.items():
        assert len(test["hints"]) >= (2 if test["points"] >= 2 else 1), name
    assert any(test.get("feedback") for test in tests.values())
