"""Make the weights and the digits of the exercises of chapter 12: `python content/large-models/tools/make_backbone.py`.

The weights are those that the chapter's own listing pretrains on the digits 0 to 4. The digits come from those of
`make_digits.py`: what students get from the images to train on that no chapter shows, what is hidden from the hidden ones.
"""
import contextlib
import io
import shutil
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import torch

COURSE = Path(__file__).resolve().parent.parent
CHAPTER = COURSE / "12-transfer-learning"
DIGITS = COURSE / "02-neural-networks"
EACH, HIDDEN = 50, 60


def pretrained() -> dict[str, Any]:
    """The names of the chapter's listings up to the pretraining."""
    text = (CHAPTER / "chapter.en.md").read_text(encoding="utf-8").partition("Before going on")[0]
    found: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as place, contextlib.chdir(place), contextlib.redirect_stdout(io.StringIO()):
        shutil.copy(DIGITS / "digits.npz", place)
        for part in text.split("```python\n")[1:]:
            exec(compile(part.partition("\n```")[0], "listing", "exec"), found)
    return found


def save(path: Path, **arrays: np.ndarray) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(path, **arrays)


def chosen(file: Path, digits: range, each: int, skip: int = 0) -> dict[str, np.ndarray]:
    """As many images of each digit, in the order of the file."""
    with np.load(file) as whole:
        images, labels = whole["images"][skip:], whole["labels"][skip:]
    places = np.sort(np.concatenate([np.flatnonzero(labels == digit)[:each] for digit in digits]))
    return {"images": images[places], "labels": labels[places]}


def main() -> None:
    torch.set_num_threads(1)
    found = pretrained()
    frozen, repair = CHAPTER / "exercises" / "frozen-backbone", CHAPTER / "exercises" / "repair-pixel-range"
    train, hidden = (DIGITS / "exercises" / "train-digits" / part / "digits.npz" for part in ("data", "hidden"))
    backbone, classifier = (
        {name: value.numpy() for name, value in found[model].state_dict().items()} for model in ("backbone", "pretrained")
    )
    save(frozen / "data" / "backbone.npz", **backbone)
    save(frozen / "hidden" / "backbone.npz", **backbone)
    save(frozen / "data" / "digits.npz", **chosen(train, range(5, 10), EACH, skip=3000))
    save(frozen / "hidden" / "digits.npz", **chosen(hidden, range(5, 10), HIDDEN))
    save(repair / "data" / "classifier.npz", **classifier)
    save(repair / "hidden" / "classifier.npz", **classifier)
    save(repair / "hidden" / "digits.npz", **chosen(hidden, range(5), HIDDEN))


if __name__ == "__main__":
    main()
