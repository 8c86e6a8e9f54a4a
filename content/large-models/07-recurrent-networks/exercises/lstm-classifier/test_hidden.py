"""Hidden tests: the student's code trains inside the sandbox on its own utterances; the hidden speakers stay here."""
from pathlib import Path

import numpy as np
import torch
from graders.examiner import check, feedback, score

with np.load(Path(__file__).parent / "hidden" / "vowels.npz") as vowels:
    FRAMES = torch.from_numpy(vowels["frames"])  # (185, 29, 12)
    LENGTHS = torch.from_numpy(vowels["lengths"]).long()  # (185,)
    SPEAKERS = torch.from_numpy(vowels["speakers"]).long()  # (185,)


def trained(submission):
    """A model from all utterances, trained once."""
    if not hasattr(submission, "_trained"):
        submission._trained = submission.train(*submission.load_vowels())
    return submission._trained


def predicted(student, frames=FRAMES, lengths=LENGTHS):
    predictions = student.predict(student.run(trained), frames, lengths)
    check.shape(predictions, (len(frames),), name="predict(model, frames, lengths)")
    check.dtype(predictions, torch.int64, name="predict(model, frames, lengths)")
    return predictions


def test_predictions_are_speakers(student):
    for value, kind, name in zip(student.load_vowels(), (torch.float32, torch.int64, torch.int64), ("frames", "lengths", "speakers"), strict=True):
        check.dtype(value, kind, name=f"the {name} of load_vowels()")
    for part in (slice(64), slice(1), slice(100, 130, 3)):
        frames, lengths = FRAMES[part].clone(), LENGTHS[part].clone()
        predictions = predicted(student, frames, lengths)
        assert 0 <= predictions.min() and predictions.max() <= 8
        check.close(frames, FRAMES[part], name="frames after predict")
        check.close(lengths, LENGTHS[part], name="lengths after predict")


def test_padding_does_not_matter(student):
    plain = predicted(student)
    assert plain.unique().numel() > 4
    check.close(predicted(student), plain, name="predict, called again")
    padding = torch.arange(29) >= LENGTHS[:, None]  # (185, 29)
    for fill in (3.0, -8.0, 1e4):
        frames = FRAMES.clone()
        frames[padding] = fill
        other = predicted(student, frames)
        if not torch.equal(other, plain):
            feedback("padding-read", count=int((other != plain).sum()))
        check.close(other, plain, name="predictions with other numbers in the padding")
    check.close(predicted(student, FRAMES.flip(0), LENGTHS.flip(0)).flip(0), plain, name="predictions in reverse order")
    alone = torch.cat([predicted(student, FRAMES[k : k + 1], LENGTHS[k : k + 1]) for k in range(0, 185, 9)])
    check.close(alone, plain[::9], name="predictions of single utterances")
    short = LENGTHS <= 15
    check.close(predicted(student, FRAMES[short][:, :15], LENGTHS[short]), plain[short], name="predictions with less padding")


def disordered():
    """The hidden utterances with their real frames backwards, and shuffled twice."""
    orders = [lambda n: torch.arange(n - 1, -1, -1), torch.randperm, torch.randperm]
    for order in orders:
        frames = FRAMES.clone()
        for k, n in enumerate(LENGTHS.tolist()):
            frames[k, :n] = FRAMES[k, order(n)]
        yield frames


def test_the_order_is_read(student):
    plain = predicted(student)
    changed = sum(int((predicted(student, frames) != plain).sum()) for frames in disordered())
    if not changed:
        feedback("order-blind")
    assert changed


def accuracy(student):
    return (predicted(student) == SPEAKERS).float().mean().item()


def test_learns_the_speakers(student):
    right = accuracy(student)
    feedback("accuracy", percent=round(100 * right, 1))
    assert right >= 0.6


def test_reaches_85_percent(student):
    right = accuracy(student)
    feedback("accuracy", percent=round(100 * right, 1))
    score(min(1.0, max(0.0, round((right - 0.75) / 0.1, 2))))
    assert right >= 0.85
