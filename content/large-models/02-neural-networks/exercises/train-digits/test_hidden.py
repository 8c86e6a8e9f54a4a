"""Hidden tests: the student's code trains inside the sandbox on its own images; the hidden labels stay here."""
from pathlib import Path

import numpy as np
import torch
from graders.examiner import check, feedback, score

with np.load(Path(__file__).parent / "hidden" / "digits.npz") as digits:
    IMAGES = torch.from_numpy(digits["images"])  # (1000, 28, 28) uint8
    LABELS = torch.from_numpy(digits["labels"]).long()  # (1000,)


def small_model(submission):
    """A model from 400 images, trained once for all tests that do not ask how good it is."""
    if not hasattr(submission, "_small_model"):
        images, labels = submission.load_digits()
        submission._small_model = submission.train(images[:400], labels[:400])
    return submission._small_model


def full_model(submission):
    """A model from all images, trained once."""
    if not hasattr(submission, "_full_model"):
        submission._full_model = submission.train(*submission.load_digits())
    return submission._full_model


def accuracy(student):
    """Part of the hidden images that are read right; predictions of a wrong shape or type are refused first."""
    predictions = student.predict(student.run(full_model), IMAGES)
    check.shape(predictions, (len(IMAGES),), name="predict(model, images)")
    check.dtype(predictions, torch.int64, name="predict(model, images)")
    return (predictions == LABELS).float().mean().item()


def test_predictions_are_labels(student):
    images, labels = student.load_digits()
    check.shape(images, (8000, 28, 28), name="the images of load_digits()")
    check.dtype(images, torch.uint8, name="the images of load_digits()")
    check.dtype(labels, torch.int64, name="the labels of load_digits()")
    model = student.run(small_model)
    for images in (IMAGES[:64], IMAGES[:1], IMAGES[100:228:2]):
        predictions = student.predict(model, images)
        check.shape(predictions, (len(images),), name="predict(model, images)")
        check.dtype(predictions, torch.int64, name="predict(model, images)")
        assert 0 <= predictions.min() and predictions.max() <= 9
    before = IMAGES[:64].clone()
    student.predict(model, before)
    check.close(before, IMAGES[:64], name="images after predict")


def test_each_image_by_itself(student):
    model, images = student.run(small_model), IMAGES[:120]
    together = student.predict(model, images)
    check.shape(together, (120,), name="predict(model, images)")
    assert together.unique().numel() > 3
    again = student.predict(model, images)
    if not torch.equal(together, again):
        feedback("not-repeatable")
    check.close(again, together, name="predict, called again")
    check.close(student.predict(model, images.flip(0)).flip(0), together, name="predict in reverse order")
    # The darkest images alone, and one after the other: batch statistics would show.
    order = images.float().mean((1, 2)).argsort()[:20]
    check.close(student.predict(model, images[order]), together[order], name="predict for some of the images")
    singles = torch.cat([student.predict(model, images[i : i + 1]) for i in order.tolist()])
    check.close(singles, together[order], name="predict image by image")


def test_learns_the_digits(student):
    right = accuracy(student)
    feedback("accuracy" if right > 0.2 else "guessing", percent=round(100 * right, 1))
    assert right >= 0.85


def test_reaches_95_percent(student):
    right = accuracy(student)
    feedback("accuracy", percent=round(100 * right, 1))
    score(min(1.0, max(0.0, round((right - 0.9) / 0.05, 2))))
    assert right >= 0.95
