"""The encoder of chapter 11 fits its vocabulary, and what grades it is nowhere else."""

from __future__ import annotations

import json
from typing import Any

import numpy as np

from tests.content.reading import COURSE

CHAPTER = COURSE / "11-pretrained-models"
EXERCISE = CHAPTER / "exercises" / "fine-tune-encoder"


def _poems(path: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((COURSE / path).read_text(encoding="utf-8"))
    return found


def test_the_weights_fit_the_characters_and_are_the_same_everywhere() -> None:
    content = (CHAPTER / "encoder.npz").read_bytes()
    assert len(content) < 600_000
    for name in ("data", "hidden"):
        assert (EXERCISE / name / "encoder.npz").read_bytes() == content
    with np.load(CHAPTER / "encoder.npz") as file:
        characters = str(file["characters"])
        assert file["token.weight"].shape == (4 + len(characters), 64)
        assert sum(file[name].size for name in file.files if name != "characters") == 264_448
        assert all(np.isfinite(file[name]).all() for name in file.files if name != "characters")
    assert len(characters) == len(set(characters)) == 2500


def test_labelled_test_and_hidden_poems_are_apart() -> None:
    chapter = _poems("11-pretrained-models/poems.json")
    given = _poems("11-pretrained-models/exercises/fine-tune-encoder/data/poems.json")
    hidden = _poems("11-pretrained-models/exercises/fine-tune-encoder/hidden/poems.json")
    assert given == {"texts": chapter["few_texts"], "labels": chapter["few_labels"]}
    assert [given["labels"].count(label) for label in (0, 1)] == [40, 40]
    assert len(set(hidden["texts"])) == len(hidden["labels"]) == 600
    assert 0.45 < sum(hidden["labels"]) / 600 < 0.55
    assert not set(hidden["texts"]) & {*given["texts"], *chapter["test_texts"]}
    assert not set(chapter["test_texts"]) & set(given["texts"])


def test_they_are_those_of_the_chapter_on_text() -> None:
    chapter, source = _poems("11-pretrained-models/poems.json"), _poems("10-text/poems.json")
    assert chapter["test_texts"] == source["test_texts"]
    assert set(chapter["few_texts"]) <= set(source["train_texts"])
    note = (COURSE / "DATA.md").read_text(encoding="utf-8")
    for word in ("make_encoder.py", "make_few_labels.py", "60,340"):
        assert word in note
