"""Hidden tests: counts, probabilities and decisions, computed again here."""
from fractions import Fraction
from math import comb

import torch
from graders.examiner import check, feedback


def models(n, classes, skill):
    target = torch.randint(classes, (n,))
    both = []
    for share in skill:
        wrong = torch.rand(n) > share
        both.append(torch.where(wrong, (target + torch.randint(1, classes, (n,))) % classes, target))
    return both[0], both[1], target


def test_disagreements(student):
    for n, classes, skill in ((60, 4, (0.5, 0.6)), (200, 3, (0.7, 0.3)), (30, 2, (1.0, 0.5)), (1, 5, (0.0, 1.0))):
        old, new, target = models(n, classes, skill)
        kept = [each.clone() for each in (old, new, target)]
        rows = list(zip(old.tolist(), new.tolist(), target.tolist()))
        right = (sum(y == t != x for x, y, t in rows), sum(x == t != y for x, y, t in rows))
        answer = student.disagreements(old, new, target)
        differing = sum(x != y for x, y, _ in rows)
        if isinstance(answer, tuple) and len(answer) == 2 and differing in answer and differing not in right:
            feedback("different-predictions")
        check.equal(answer, right, name="disagreements(old, new, target)")
        for given, before in zip((old, new, target), kept, strict=True):
            check.equal(given, before, name="the arguments after the call")
    same = torch.arange(5)
    check.equal(student.disagreements(same, same, same), (0, 0), name="disagreements of a model with itself")


def p_value(b, c):
    n = b + c
    return float(min(Fraction(1), Fraction(2 * sum(comb(n, k) for k in range(max(b, c), n + 1)), 2**n)))


def test_p_value(student):
    for b, c in ((30, 22), (22, 30), (5, 0), (0, 5), (1, 0), (9, 2), (3, 4), (40, 12)):
        answer, right = student.exact_p_value(b, c), p_value(b, c)
        if isinstance(answer, float) and right < 1 and abs(answer - right / 2) < 1e-9:
            feedback("one-direction")
        if isinstance(answer, float) and abs(answer - comb(b + c, b) / 2 ** (b + c)) < 1e-9 and right > 0.1:
            feedback("point")
        check.close(answer, right, name=f"exact_p_value({b}, {c})", rtol=1e-6, atol=1e-9)
    for b, c in ((0, 0), (7, 7), (1, 1), (20, 20)):
        check.equal(student.exact_p_value(b, c), 1.0, name=f"exact_p_value({b}, {c})")


def test_large_counts(student):
    for b, c in ((560, 500), (640, 690)):
        check.close(student.exact_p_value(b, c), p_value(b, c), name=f"exact_p_value({b}, {c})", rtol=1e-6, atol=1e-9)


def test_gains(student):
    for n, count in ((40, 30), (7, 200), (1, 3)):
        old, new, target = models(n, 3, (0.5, 0.7))
        rows = torch.randint(n, (count, n))
        kept = rows.clone()
        answer = student.resampled_gains(old, new, target, rows)
        right = [
            sum(int(new[i] == target[i]) - int(old[i] == target[i]) for i in row) / n for row in rows.tolist()
        ]
        check.dtype(answer, torch.float64, name="resampled_gains(old, new, target, rows)")
        check.close(answer, torch.tensor(right, dtype=torch.float64), name="resampled_gains(old, new, target, rows)")
        check.equal(rows, kept, name="rows after the call")


CASES = [
    ([0.001, 0.02, 0.012, 0.9], 0.05, [True, True, True, False]),
    ([0.03, 0.01, 0.015], 0.05, [True, True, True]),
    ([0.02, 0.03, 0.04], 0.05, [False, False, False]),
    ([0.04], 0.05, [True]),
    ([0.06], 0.05, [False]),
    ([0.06], 0.1, [True]),
    ([0.025, 0.025], 0.05, [True, True]),
    ([0.05, 0.025], 0.05, [True, True]),
    ([0.3, 0.001, 0.0124, 0.013, 0.02], 0.05, [False, True, True, True, True]),
    ([0.5, 0.04, 0.001, 0.03], 0.05, [False, False, True, False]),
]


def test_holm(student):
    for values, level, right in CASES:
        given = list(values)
        answer = student.holm(given, level)
        check.equal(given, values, name="p_values after the call")
        if answer == [value <= level for value in values] != right:
            feedback("uncorrected")
        if answer == [value <= level / len(values) for value in values] != right:
            feedback("bonferroni")
        check.equal(answer, right, name=f"holm({values}, {level})")
    check.equal(student.holm([0.04, 0.001]), [True, True], name="holm([0.04, 0.001])")
    check.equal(student.holm([]), [], name="holm([])")
