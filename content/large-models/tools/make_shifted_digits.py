"""Make the tables of the competition shifted-digits from scikit-learn's digits. Run once; the tables are kept.

    var/venv/bin/python content/large-models/tools/make_shifted_digits.py
"""

import csv
from pathlib import Path

import numpy as np
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score
from sklearn.neighbors import NearestCentroid
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler

HERE = Path(__file__).resolve().parent.parent / "competitions" / "shifted-digits"
SIZE, ROOM = 8, 10  # the images, and the canvas that they are moved on
TRAIN = 797
PIXELS = [f"p{number}" for number in range(ROOM * ROOM)]


def placed(image, down, right):  # (8, 8) -> (100,)
    canvas = np.zeros((ROOM, ROOM), dtype=int)
    canvas[down : down + SIZE, right : right + SIZE] = image
    return canvas.reshape(-1)


def write(path, names, rows):
    with path.open("w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(names)
        writer.writerows(rows)
    print(path.relative_to(HERE), len(rows), path.stat().st_size)


def main():
    digits = load_digits()
    generator = np.random.default_rng(20261122)
    order = generator.permutation(len(digits.target))
    images, labels = digits.images[order].astype(int), digits.target[order]
    middle = (ROOM - SIZE) // 2
    train = np.array([placed(image, middle, middle) for image in images[:TRAIN]])
    # Never in the middle: each of the other eight places is as likely.
    places = [(down, right) for down in range(3) for right in range(3) if (down, right) != (middle, middle)]
    test = np.array([placed(image, *places[generator.integers(8)]) for image in images[TRAIN:]])
    names = [f"t{number:04}" for number in range(len(test))]
    write(HERE / "data/train.csv", ["digit", *PIXELS], [[label, *row] for label, row in zip(labels[:TRAIN], train)])
    write(HERE / "data/test.csv", ["image", *PIXELS], [[name, *row] for name, row in zip(names, test)])
    write(HERE / "hidden/labels.csv", ["image", "digit"], list(zip(names, labels[TRAIN:])))
    models = {
        "nearest-centroid": NearestCentroid(),
        "logistic": make_pipeline(MinMaxScaler(), LogisticRegression(max_iter=2000)),
    }
    for name, model in models.items():
        found = model.fit(train, labels[:TRAIN]).predict(test)
        print(name, accuracy_score(labels[TRAIN:], found))
        write(HERE / f"baselines/{name}.csv", ["image", "digit"], list(zip(names, found)))


if __name__ == "__main__":
    main()
