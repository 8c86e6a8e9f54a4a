"""The spoken vowels are real, whole, and the hidden ones are nowhere else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.content.reading import COURSE

CHAPTER = COURSE / "07-recurrent-networks"
EXERCISE = CHAPTER / "exercises" / "lstm-classifier"


def _load(path: Path) -> dict[str, np.ndarray[Any, Any]]:
    with np.load(path) as file:
        return {name: file[name] for name in file.files}


def _utterances(array: np.ndarray[Any, Any]) -> set[bytes]:
    return {frames.tobytes() for frames in array}


@pytest.mark.parametrize(
    ("path", "prefix", "count"),
    [
        (CHAPTER / "vowels.npz", "train_", 270),
        (CHAPTER / "vowels.npz", "test_", 185),
        (EXERCISE / "data" / "vowels.npz", "", 270),
        (EXERCISE / "hidden" / "vowels.npz", "", 185),
    ],
)
def test_frames_lengths_and_speakers_fit_together(path: Path, prefix: str, count: int) -> None:
    file = _load(path)
    frames, lengths, speakers = (file[f"{prefix}{name}"] for name in ("frames", "lengths", "speakers"))
    assert frames.shape == (count, 29, 12)
    assert lengths.shape == speakers.shape == (count,)
    assert set(speakers.tolist()) == set(range(9))
    assert lengths.min() >= 7
    assert lengths.max() <= 29
    padding = np.arange(29) >= lengths[:, None]
    assert not frames[padding].any()
    assert frames[~padding].any(axis=1).all()
    assert len(_utterances(frames)) == count


def test_no_hidden_utterance_is_in_what_students_get() -> None:
    hidden = _utterances(_load(EXERCISE / "hidden" / "vowels.npz")["frames"])
    chapter = _load(CHAPTER / "vowels.npz")
    given = _utterances(_load(EXERCISE / "data" / "vowels.npz")["frames"])
    assert given == _utterances(chapter["train_frames"])
    assert not hidden & (given | _utterances(chapter["test_frames"]))
    assert not given & _utterances(chapter["test_frames"])


def test_source_and_licence_are_named() -> None:
    note = (COURSE / "DATA.md").read_text(encoding="utf-8")
    for word in ("Japanese Vowels", "Kudo", "10.24432/C5NS47", "Creative Commons Attribution 4.0", "make_vowels.py"):
        assert word in note
