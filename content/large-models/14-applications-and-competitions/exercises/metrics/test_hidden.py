"""Hidden tests: random inputs against definitions computed here by loops and pairs."""
import math

import torch
from graders.examiner import check, feedback


def f1_of(predicted, target):
    """The F1 of every class that occurs, and how many rows it has."""
    classes = sorted({*predicted.tolist(), *target.tolist()})
    pairs = list(zip(predicted.tolist(), target.tolist(), strict=True))
    hits = [sum(p == t == c for p, t in pairs) for c in classes]
    either = [sum((p == c) + (t == c) for p, t in pairs) for c in classes]
    sizes = [sum(t == c for _, t in pairs) for c in classes]
    return [2 * h / e for h, e in zip(hits, either, strict=True)], sizes


def expected_auc(scores, target):
    gaps = scores[target == 1].double()[:, None] - scores[target == 0].double()
    return ((gaps > 0).double() + (gaps == 0).double() / 2).mean().item()


def expected_loss(probabilities, target, eps):
    rows = probabilities.double().tolist()
    chosen = [min(max(row[c], eps), 1 - eps) for row, c in zip(rows, target.tolist(), strict=True)]
    return -sum(math.log(p) for p in chosen) / len(chosen)


def near(value, other, tolerance=1e-9):
    if not isinstance(value, torch.Tensor) or value.shape != ():
        return False
    return math.isclose(value.item(), other, rel_tol=tolerance, abs_tol=tolerance)


def same(value, other, name, tolerance=1e-9):
    check.close(value, torch.tensor(other, dtype=torch.float64), name=name, atol=tolerance, rtol=tolerance)


def test_macro_f1(student):
    for classes, rows in ((2, 30), (4, 60), (7, 200)):
        share = 0.5 ** torch.arange(1.0, classes + 1)
        target = torch.cat([torch.arange(classes), torch.multinomial(share, rows, replacement=True)])
        predicted = torch.where(torch.rand(len(target)) < 0.6, target, torch.randint(classes, (len(target),)))
        predicted[:classes] = torch.arange(classes)
        predicted[-3:], target[-3:] = torch.tensor([0, 0, 0]), torch.tensor([1, 1, 0])  # never perfect
        before = predicted.clone(), target.clone()
        value = student.macro_f1(predicted, target)
        f1, sizes = f1_of(*before)
        expected = sum(f1) / len(f1)
        for key, other in (
            ("micro", (before[0] == before[1]).double().mean().item()),
            ("weighted", sum(f * s for f, s in zip(f1, sizes, strict=True)) / sum(sizes)),
        ):
            if near(value, other) and not math.isclose(other, expected, rel_tol=1e-6):
                feedback(key)
        same(value, expected, "macro_f1(predicted, target)")
        check.unchanged(predicted, before[0], name="predicted")
        check.unchanged(target, before[1], name="target")


def test_classes_that_do_not_occur(student):
    for predicted, target in (
        ([0, 0, 0, 5], [0, 0, 2, 5]),  # 2 is missed; 1, 3 and 4 are nowhere
        ([0, 1, 1, 9], [0, 1, 1, 1]),  # 9 is invented
        ([3, 3, 7], [7, 7, 3]),  # nothing is right
        ([4, 4], [4, 4]),  # one class, all right
        ([2, 6, 6, 6, 8], [2, 6, 2, 6, 6]),
    ):
        predicted, target = torch.tensor(predicted), torch.tensor(target)
        f1, _ = f1_of(predicted, target)
        same(student.macro_f1(predicted, target), sum(f1) / len(f1), "macro_f1(predicted, target)")


def test_roc_auc(student):
    for rows, shift in ((12, 0.5), (80, 1.0), (301, 2.0)):
        target = (torch.rand(rows) < 0.3).long()
        target[:2] = torch.tensor([0, 1])
        scores = torch.randn(rows, dtype=torch.float64) + shift * target
        before = scores.clone(), target.clone()
        value, expected = student.roc_auc(scores, target), expected_auc(scores, target)
        if near(value, 1 - expected) and abs(expected - 0.5) > 1e-6:
            feedback("upside-down")
        same(value, expected, "roc_auc(scores, target)")
        check.unchanged(scores, before[0], name="scores")
        check.unchanged(target, before[1], name="target")
    for lone in ([0, 1, 0, 0, 0], [1, 1, 0, 1, 1], [1, 0]):
        scores, target = torch.randn(len(lone), dtype=torch.float64), torch.tensor(lone)
        same(student.roc_auc(scores, target), expected_auc(scores, target), "roc_auc(scores, target)")
    close = 1 + torch.arange(10, dtype=torch.float64) * 1e-12  # equal in float32, different in float64
    target = torch.tensor([0, 0, 1, 0, 1, 0, 1, 1, 0, 1])
    same(student.roc_auc(close, target), expected_auc(close, target), "roc_auc(scores, target)")
    same(student.roc_auc(-100 * close, target), expected_auc(-close, target), "roc_auc(scores, target)")


def test_equal_scores(student):
    for levels, rows in ((1, 10), (2, 25), (5, 90)):
        target = (torch.rand(rows) < 0.5).long()
        target[:2] = torch.tensor([1, 0])
        scores = torch.randint(levels, (rows,)) / 4
        orders = (torch.arange(rows), target.argsort(), target.argsort(descending=True))
        values = [student.roc_auc(scores[order], target[order]) for order in orders]
        told = [value.item() for value in values if isinstance(value, torch.Tensor) and value.numel() == 1]
        if len(told) == 3 and max(told) - min(told) > 1e-6:
            feedback("ties")
        for value in values:
            same(value, expected_auc(scores, target), "roc_auc(scores, target)")
    for alone in (torch.zeros(4, dtype=torch.long), torch.ones(4, dtype=torch.long)):
        value = student.roc_auc(torch.rand(4), alone)
        check.shape(value, (), name="roc_auc(scores, target)")
        assert value.dtype == torch.float64 and value.isnan()


def test_log_loss(student):
    certain = torch.tensor([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.2, 0.3, 0.5]])
    for probabilities in (
        certain,
        torch.softmax(torch.randn(40, 3), dim=1),
        torch.softmax(5 * torch.randn(25, 6, dtype=torch.float64), dim=1),
    ):
        target = torch.randint(probabilities.shape[1], (len(probabilities),))
        if probabilities is certain:
            target = torch.tensor([1, 1, 2])
        before = probabilities.clone(), target.clone()
        value, expected = student.log_loss(probabilities, target), expected_loss(probabilities, target, 1e-12)
        if isinstance(value, torch.Tensor) and value.isinf().any():
            feedback("infinite")
        if near(value, expected / math.log(2), 1e-6):
            feedback("base-two")
        same(value, expected, "log_loss(probabilities, target)")
        check.unchanged(probabilities, before[0], name="probabilities")
        check.unchanged(target, before[1], name="target")
        for eps in (0.1, 1e-3):
            expected = expected_loss(probabilities, target, eps)
            same(student.log_loss(probabilities, target, eps), expected, f"log_loss(probabilities, target, {eps})")
    right = torch.eye(3, dtype=torch.float32)
    same(student.log_loss(right, torch.arange(3)), -math.log1p(-1e-12), "log_loss(probabilities, target)", 1e-14)
