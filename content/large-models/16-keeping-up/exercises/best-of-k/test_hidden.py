"""Hidden tests: every expectation is computed again here, by going through all draws where there are few."""
import itertools
import statistics

import torch
from graders.examiner import check, feedback


def draw(n, ties=False):
    scores = torch.randn(n, dtype=torch.float64) * 3 + 80
    return scores.round() if ties else scores


def by_hand(scores, k):
    """The mean of the best over all n**k ways to draw."""
    return statistics.fmean(max(drawn) for drawn in itertools.product(scores.tolist(), repeat=k))


def by_formula(scores, k):
    ordered, n = sorted(scores.tolist()), len(scores)
    return sum(v * ((i / n) ** k - ((i - 1) / n) ** k) for i, v in enumerate(ordered, 1))


def test_summary(student):
    for n in (2, 5, 30):
        scores = draw(n)
        kept, values = scores.clone(), scores.tolist()
        right = (statistics.fmean(values), statistics.stdev(values), statistics.stdev(values) / n**0.5)
        answer = student.summary(scores)
        if isinstance(answer, tuple) and len(answer) == 3 and abs(answer[1] - statistics.pstdev(values)) < 1e-9:
            feedback("population")
        check.length(answer, 3, name="summary(scores)")
        for name, ours, theirs in zip(("mean", "standard deviation", "standard error"), answer, right, strict=True):
            check.close(ours, theirs, name=name, rtol=1e-7, atol=1e-9)
        check.equal(scores, kept, name="scores after the call")


def test_expected_best(student):
    for n, k in ((4, 1), (4, 2), (3, 5), (6, 3), (1, 4), (5, 4), (40, 1), (40, 7), (25, 60)):
        scores = draw(n, ties=n == 6)
        kept = scores.clone()
        right = by_hand(scores, k) if n**k < 5000 else by_formula(scores, k)
        answer = student.expected_best(scores, k)
        if k > 1 and n > 1 and isinstance(answer, float):
            weights = [((i + 1) / n) ** k - (i / n) ** k for i in range(n)]
            if abs(answer - sum(w * v for w, v in zip(weights, scores.tolist()))) < 1e-9:
                feedback("unsorted")
            if abs(answer + by_formula(-scores, k)) < 1e-9:
                feedback("worst")
        check.close(answer, right, name=f"expected_best(scores, {k})", rtol=1e-9, atol=1e-9)
        check.equal(scores, kept, name="scores after the call")


def test_budget(student):
    for n in (3, 8, 20):
        scores = draw(n)
        curve = [by_formula(scores, k) for k in range(1, 40)]
        for k in (1, 2, 9, 30):
            below = curve[k - 1] - 1e-7 if k == 1 else (curve[k - 2] + curve[k - 1]) / 2
            check.equal(student.budget_for(scores, below), k, name="budget_for(scores, target)")
            check.equal(student.budget_for(scores, below, most=k), k, name=f"budget_for(scores, target, most={k})")
            if k > 1:
                check.equal(student.budget_for(scores, below, k - 1), None, name="budget_for with too small a limit")
        check.equal(student.budget_for(scores, scores.max().item() + 1), None, name="budget_for of what never comes")
    two = torch.tensor([0.0, 1.0], dtype=torch.float64)
    check.equal(student.budget_for(two, 0.75), 2, name="budget_for of exactly the target")
    far = torch.tensor([1.0] + [0.0] * 999, dtype=torch.float64)
    check.equal(student.budget_for(far, 0.6), 916, name="budget_for of one lucky run in a thousand")


def test_comparison(student):
    for n, m in ((5, 3), (4, 9), (6, 6)):
        first, second = draw(n), draw(m)
        right = [by_formula(first, k) - by_formula(second, k) for k in range(1, min(n, m) + 1)]
        answer = student.fair_comparison(first, second)
        check.length(answer, min(n, m), name="fair_comparison(first, second)")
        for k, (ours, theirs) in enumerate(zip(answer, right, strict=True), 1):
            check.close(ours, theirs, name=f"lead at {k} runs", rtol=1e-7, atol=1e-9)
