"""What grades, and students never see: random numbers, computed here another way."""
import torch
from graders.examiner import check


def drawn(n):
    return torch.randn(n, dtype=torch.float64), torch.rand(n, dtype=torch.float64) + 0.1


def test_values(student):
    for n in (1, 2, 7, 50):
        x, w = drawn(n)
        expected = sum(a * b for a, b in zip(x.tolist(), w.tolist())) / sum(w.tolist())
        check.close(student.weighted_average(x, w), torch.tensor(expected, dtype=torch.float64), name="weighted_average(x, w)")


def test_arguments_stay(student):
    x, w = drawn(5)
    before = x.clone(), w.clone()
    expected = (x * w).sum() / w.sum()
    check.close(student.weighted_average(x, w), expected, name="weighted_average(x, w)")
    check.unchanged(x, before[0], name="x")
    check.unchanged(w, before[1], name="w")


def slope(submission, x, w):
    """Runs beside the answer: the gradient of the average for x."""
    x = x.clone().requires_grad_()
    submission.weighted_average(x, w).backward()
    return x.grad


def test_gradients_flow(student):
    x, w = drawn(6)
    check.gradient(student.run(slope, x, w), w / w.sum(), name="the gradient for x")
