"""The handwritten digits are real, whole, and the hidden ones are nowhere else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from graders.exercise import Exercise
from tests.content.reading import COURSE

CHAPTER = COURSE / "02-neural-networks"
EXERCISE = CHAPTER / "exercises" / "train-digits"


def _load(path: Path) -> dict[str, np.ndarray[Any, Any]]:
    with np.load(path) as file:
        return {name: file[name] for name in file.files}


def _images(array: np.ndarray[Any, Any]) -> set[bytes]:
    return {image.tobytes() for image in array}


@pytest.mark.parametrize(
    ("path", "prefix", "count"),
    [
        (CHAPTER / "digits.npz", "train_", 3000),
        (CHAPTER / "digits.npz", "test_", 1000),
        (EXERCISE / "data" / "digits.npz", "", 8000),
        (EXERCISE / "hidden" / "digits.npz", "", 1000),
    ],
)
def test_images_and_labels_fit_together(path: Path, prefix: str, count: int) -> None:
    file = _load(path)
    images, labels = file[f"{prefix}images"], file[f"{prefix}labels"]
    assert images.shape == (count, 28, 28)
    assert labels.shape == (count,)
    assert images.dtype == labels.dtype == np.uint8
    assert set(labels.tolist()) == set(range(10))
    assert np.bincount(labels).min() > count * 0.07
    assert 0.1 < images.mean() / 255 < 0.16
    assert len(_images(images)) == count
    assert path.stat().st_size < 1_500_000


def test_no_hidden_image_is_in_the_data_that_students_get() -> None:
    hidden = _images(_load(EXERCISE / "hidden" / "digits.npz")["images"])
    chapter = _load(CHAPTER / "digits.npz")
    given = _images(_load(EXERCISE / "data" / "digits.npz")["images"])
    assert not hidden & given
    assert not hidden & _images(chapter["train_images"])
    assert not hidden & _images(chapter["test_images"])
    assert not given & _images(chapter["test_images"])
    assert _images(chapter["train_images"]) <= given


def test_only_the_data_folder_goes_to_the_student() -> None:
    exercise = Exercise.load(EXERCISE)
    assert [path.name for path in exercise.data_files()] == ["digits.npz"]
    assert all("hidden" not in path.parts for path in exercise.data_files())
    assert [path.parent.name for path in exercise.hidden_files()] == ["hidden"]


def test_source_and_licence_are_named() -> None:
    note = (COURSE / "DATA.md").read_text(encoding="utf-8")
    for word in ("MNIST", "LeCun", "MIT License", "Juan Cazala", "make_digits.py"):
        assert word in note
