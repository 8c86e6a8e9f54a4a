"""Hidden tests: the distributions are worked out again row by row, in plain Python."""
import math

import torch
from graders.examiner import check, feedback


def distribution(row, temperature=1.0, top_k=None, top_p=None):
    """The definition, for one row of numbers."""
    if temperature == 0:
        return [float(i == max(range(len(row)), key=row.__getitem__)) for i in range(len(row))]
    ranked = sorted(range(len(row)), key=lambda i: -row[i])
    weights = {i: math.exp((row[i] - row[ranked[0]]) / temperature) for i in ranked[:top_k]}
    total = sum(weights.values())
    kept, reached = {}, 0.0
    for i in weights:
        if top_p is not None and reached >= top_p:
            break
        kept[i] = weights[i] / total
        reached += kept[i]
    return [kept.get(i, 0.0) / reached for i in range(len(row))]


def expected(logits, **setting):
    return torch.tensor([distribution(row, **setting) for row in logits.double().tolist()]).to(logits.dtype)


def compare(student, logits, **setting):
    before = logits.clone()
    actual = student.next_probabilities(logits, **setting)
    check.close(logits, before, name="logits after the call")
    check.close(actual, expected(logits, **setting), name="probabilities", rtol=1e-4, atol=1e-5)
    return actual


def looks_like(actual, other):
    return isinstance(actual, torch.Tensor) and actual.shape == other.shape and torch.allclose(actual, other, atol=1e-4)


def test_temperature(student):
    logits = torch.randn(5, 9) * 2
    for temperature in (1.0, 0.3, 4.0):
        if looks_like(student.next_probabilities(logits, temperature), expected(logits * temperature)) and temperature != 1:
            feedback("upside-down")
        compare(student, logits, temperature=temperature)
    check.close(student.next_probabilities(logits), expected(logits), name="probabilities", rtol=1e-4, atol=1e-5)
    compare(student, torch.randn(2, 4) * 10 + torch.tensor([[1000.0], [-1000.0]]))
    compare(student, torch.randn(3, 1))
    compare(student, torch.randn(2, 5, dtype=torch.float64), temperature=2.0)


def test_greedy(student):
    logits = torch.randn(6, 7)
    compare(student, logits, temperature=0)
    compare(student, logits, temperature=0.0, top_k=3, top_p=0.9)
    for temperature in (-1, -0.01):
        check.raises(ValueError, student.next_probabilities, logits, temperature, name="next_probabilities")


def test_top_k(student):
    logits = torch.randn(4, 6) * torch.tensor([[0.1], [1.0], [3.0], [8.0]])
    for k in (1, 2, 5, 6):
        actual = student.next_probabilities(logits, top_k=k)
        kept = expected(logits) * (expected(logits, top_k=k) > 0)
        if k < 5 and looks_like(actual, kept):
            feedback("not-normalised")
        check.close(actual, expected(logits, top_k=k), name="probabilities", rtol=1e-4, atol=1e-5)
    compare(student, logits, top_k=2)
    compare(student, logits, top_k=50)
    compare(student, -logits.abs() - 1, top_k=3)


def too_few(logits, top_p):
    """Without the token that passes p."""
    every = expected(logits)
    ranked, order = every.sort(1, descending=True)
    kept = ranked * (ranked.cumsum(1) <= top_p)
    return torch.zeros_like(every).scatter(1, order, kept / kept.sum(1, keepdim=True).clamp(min=1e-9))


def test_top_p(student):
    logits = torch.randn(5, 8) * torch.tensor([[0.05], [0.5], [1.5], [3.0], [9.0]])
    for p in (0.05, 0.5, 0.8, 0.95, 1.0):
        right = expected(logits, top_p=p)
        actual = student.next_probabilities(logits, top_p=p)
        if p < 1 and looks_like(actual, too_few(logits, p)):
            feedback("one-too-few")
        if looks_like(actual, right.sort(1, descending=True).values):
            feedback("still-sorted")
        check.close(actual, right, name="probabilities", rtol=1e-4, atol=1e-5)
        compare(student, logits, top_p=p)


def test_together(student):
    logits = torch.randn(7, 30) * 2
    for setting in (
        {"temperature": 0.5, "top_k": 6},
        {"temperature": 3.0, "top_p": 0.7},
        {"top_k": 4, "top_p": 0.8},
        {"temperature": 2.0, "top_k": 10, "top_p": 0.6},
        {"temperature": 0.6, "top_k": 25, "top_p": 0.9},
    ):
        compare(student, logits, **setting)
    single = student.next_probabilities(logits[3:4], temperature=2.0, top_k=10, top_p=0.6)
    check.close(single, expected(logits[3:4], temperature=2.0, top_k=10, top_p=0.6), name="probabilities of one row alone", rtol=1e-4, atol=1e-5)


def seeded(submission, probabilities, seed):
    return submission.draw(probabilities, torch.Generator().manual_seed(seed))


def test_draw(student):
    rows = torch.tensor([[0.5, 0.0, 0.3, 0.2], [0.05, 0.9, 0.05, 0.0]])
    many = rows.repeat(4000, 1)  # (8000, 4)
    before = many.clone()
    tokens = student.draw(many)
    check.close(many, before, name="probabilities after the call")
    check.shape(tokens, (8000,), name="draw(probabilities)")
    check.dtype(tokens, torch.int64, name="draw(probabilities)")
    for row in (0, 1):
        shares = torch.bincount(tokens[row::2], minlength=4) / 4000
        check.close(shares, rows[row], name="how often each token was drawn", rtol=0, atol=0.04)
        assert (shares[rows[row] == 0] == 0).all()
    check.shape(student.draw(rows[:1]), (1,), name="draw(probabilities) for one row")
    first, again, other = (student.run(seeded, many[:64], seed) for seed in (5, 5, 6))
    check.equal(again, first, name="the draw repeated with the same generator")
    assert not torch.equal(first, other)
