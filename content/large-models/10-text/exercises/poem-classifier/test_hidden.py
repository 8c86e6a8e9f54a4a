"""Hidden tests: the student's code trains inside the sandbox on its own texts; the hidden labels stay here."""
import json
from pathlib import Path

import torch
from graders.examiner import check, feedback, score

POEMS = json.loads((Path(__file__).parent / "hidden" / "poems.json").read_text(encoding="utf-8"))
TEXTS, LABELS = POEMS["texts"], torch.tensor(POEMS["labels"])


def small_model(submission):
    """A model from 600 texts, trained once for all tests that do not ask how good it is."""
    if not hasattr(submission, "_small_model"):
        texts, labels = submission.load_poems()
        submission._small_model = submission.train(texts[:600], labels[:600])
    return submission._small_model


def full_model(submission):
    """A model from all texts, trained once."""
    if not hasattr(submission, "_full_model"):
        submission._full_model = submission.train(*submission.load_poems())
    return submission._full_model


def probabilities(student, model, texts):
    """What predict says; a wrong shape or type is refused first."""
    result = student.predict(model, texts)
    check.shape(result, (len(texts),), name="predict(model, texts)")
    check.dtype(result, torch.float32, name="predict(model, texts)")
    return result


def test_vocabulary(student):
    texts = ["bbaac", "dcab", "ee，，", "一一二，"]  # b 3, a 3, ， 3, c 2, e 2, 一 2
    check.equal(student.build_vocabulary(texts), {"a": 2, "b": 3, "，": 4, "c": 5, "e": 6, "一": 7}, name="build_vocabulary(texts)")
    check.equal(student.build_vocabulary(texts, 3), {"a": 2, "b": 3, "，": 4}, name="build_vocabulary(texts, 3)")
    check.equal(student.build_vocabulary(texts[::-1], least=1), {"a": 2, "b": 3, "，": 4, "c": 5, "e": 6, "一": 7, "d": 8, "二": 9}, name="build_vocabulary(texts, 1)")
    check.equal(student.build_vocabulary(["", "x"]), {}, name="build_vocabulary of rare characters")


def test_batch(student):
    vocabulary = {"a": 2, "b": 3, "一": 4}
    for texts, rows in [
        (["ab一", "b", "xay", ""], [[2, 3, 4], [3, 0, 0], [1, 2, 1], [0, 0, 0]]),
        (["一一一一"], [[4, 4, 4, 4]]),
        (["", ""], [[0], [0]]),
    ]:
        ids = student.to_batch(texts, vocabulary)
        check.dtype(ids, torch.int64, name="to_batch(texts, vocabulary)")
        check.equal(ids, torch.tensor(rows), name="to_batch(texts, vocabulary)")


def test_probabilities(student):
    model = student.run(small_model)
    for texts in (TEXTS[:40], TEXTS[:1], ["龘靐齉", "?", "春"]):
        result = probabilities(student, model, texts)
        check.finite(result, name="predict(model, texts)")
        assert 0 <= result.min() and result.max() <= 1
        assert not result.requires_grad
    different = probabilities(student, model, TEXTS[:60]).unique().numel()
    if different <= 2:
        feedback("no-probabilities")
    assert different > 30


def test_each_text_by_itself(student):
    model, texts = student.run(small_model), TEXTS[:60]
    together = probabilities(student, model, texts)
    again = probabilities(student, model, texts)
    if not torch.equal(together, again):
        feedback("not-repeatable")
    check.close(again, together, name="predict, called again")
    longer = probabilities(student, model, [*texts, "".join(TEXTS[60:70])])[:-1]
    if not torch.allclose(longer, together, atol=1e-4):
        feedback("padding-counts")
    check.close(longer, together, name="predict beside a longer text", atol=1e-5)
    check.close(probabilities(student, model, texts[::-1]).flip(0), together, name="predict in reverse order", atol=1e-5)
    singles = torch.cat([probabilities(student, model, [text]) for text in texts[:15]])
    check.close(singles, together[:15], name="predict text by text", atol=1e-5)
    empty = probabilities(student, model, ["", texts[0]])
    if empty.isnan().any():
        feedback("not-a-number")
    check.finite(empty, name="predict with an empty text")


def accuracy(student):
    result = probabilities(student, student.run(full_model), TEXTS)
    return ((result > 0.5).long() == LABELS).float().mean().item()


def test_learns(student):
    right = accuracy(student)
    feedback("swapped" if right < 0.4 else "accuracy", percent=round(100 * right, 1))
    assert right >= 0.7


def test_reaches_82_percent(student):
    right = accuracy(student)
    feedback("accuracy", percent=round(100 * right, 1))
    score(min(1.0, max(0.0, round((right - 0.74) / 0.08, 2))))
    assert right >= 0.82
