"""The poems of chapter 10 are whole, and nothing that is graded is given away."""

from __future__ import annotations

import json
from typing import Any

from tests.content.reading import COURSE

CHAPTER = COURSE / "10-text"
EXERCISE = CHAPTER / "exercises" / "poem-classifier"


def _load(path: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((CHAPTER / path).read_text(encoding="utf-8"))
    return found


def test_lyrics_and_arias_are_as_many_and_each_text_is_there_once() -> None:
    for name, count in (("data", 5000), ("hidden", 1000)):
        part = _load(f"exercises/poem-classifier/{name}/poems.json")
        assert len(part["texts"]) == len(set(part["texts"])) == len(part["labels"]) == count
        assert sum(part["labels"]) == count / 2
        assert all(12 <= sum("\u4e00" <= c <= "\u9fff" for c in text) <= 40 for text in part["texts"])
        assert (EXERCISE / name / "poems.json").stat().st_size < 400_000


def test_no_text_is_in_two_parts() -> None:
    given = set(_load("exercises/poem-classifier/data/poems.json")["texts"])
    hidden = set(_load("exercises/poem-classifier/hidden/poems.json")["texts"])
    chapter = _load("poems.json")
    assert set(chapter["train_texts"]) <= given
    assert not hidden & (given | set(chapter["test_texts"]))
    assert not given & set(chapter["test_texts"])


def test_only_the_poems_of_the_tang_are_in_traditional_characters() -> None:
    chapter = _load("poems.json")
    tang, others = "".join(chapter["tang"]), "".join(chapter["train_texts"] + chapter["test_texts"])
    assert sum(map(tang.count, "國無來風雲")) > 50
    assert sum(map(others.count, "國無來風雲")) < 3


def test_source_and_licence_of_the_poems_are_named() -> None:
    note = (COURSE / "DATA.md").read_text(encoding="utf-8")
    for word in ("chinese-poetry", "2.0.1", "MIT", "JackeyGao", "make_poems.py"):
        assert word in note
