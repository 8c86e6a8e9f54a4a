"""Hidden tests: everything is counted again here, in lists."""
import math

import torch
from graders.examiner import check, feedback

MEASURES = ("selection", "tpr", "fpr", "ppv")


def share(values):
    return sum(values) / len(values) if values else math.nan


def counted(truth, decision):
    pairs = list(zip(truth.tolist(), decision.tolist()))
    return {
        "selection": share([d for _, d in pairs]),
        "tpr": share([d for t, d in pairs if t]),
        "fpr": share([d for t, d in pairs if not t]),
        "ppv": share([t for t, d in pairs if d]),
    }


def same(actual, right, name):
    check.equal(sorted(actual), sorted(right), name=f"the keys of {name}")
    for key, value in right.items():
        check.equal(type(actual[key]).__name__, "float", name=f"type of {name}: {key}")
        if math.isnan(value) or math.isnan(actual[key]):
            check.equal(math.isnan(actual[key]), math.isnan(value), name=f"{name}: {key} is NaN")
        else:
            check.close(actual[key], value, name=f"{name}: {key}", rtol=1e-7, atol=1e-9)


def drawn(n, share_of_truth=0.4, share_of_decision=0.3):
    return torch.rand(n) < share_of_truth, torch.rand(n) < share_of_decision


def test_rates(student):
    for n in (60, 25):
        truth, decision = drawn(n)
        truth[:4], decision[:4] = torch.tensor([True, True, False, False]), torch.tensor([True, False, True, False])
        kept = truth.clone(), decision.clone()
        answer, right = student.rates(truth, decision), counted(truth, decision)
        if isinstance(answer, dict) and right["ppv"] != right["tpr"] and answer.get("ppv") == answer.get("tpr"):
            feedback("ppv-is-tpr")
        if isinstance(answer, dict) and isinstance(answer.get("tpr"), float):
            of_all = (truth & decision).double().mean().item()
            if abs(answer["tpr"] - of_all) < 1e-9 and abs(right["tpr"] - of_all) > 1e-6:
                feedback("shares-of-all")
        same(answer, right, "rates(truth, decision)")
        assert torch.equal(truth, kept[0]) and torch.equal(decision, kept[1])
    yes, no = torch.ones(3, dtype=torch.bool), torch.zeros(3, dtype=torch.bool)
    for truth, decision in ((yes, no), (no, yes), (yes, yes), (no, no), (yes[:0], yes[:0])):
        same(student.rates(truth, decision), counted(truth, decision), "rates(truth, decision)")


def groups(n, numbers):
    group = torch.tensor(numbers)[torch.randint(len(numbers), (n,))]
    group[: len(numbers)] = torch.tensor(numbers)
    return group


def test_groups(student):
    for n, numbers in ((80, [5, 0, 2]), (30, [7, 3]), (12, [1])):
        (truth, decision), group = drawn(n), groups(n, numbers)
        answer = student.by_group(truth, decision, group)
        check.equal(list(answer), sorted(numbers), name="the groups")
        for number in numbers:
            same(answer[number], counted(truth[group == number], decision[group == number]), f"group {number}")


def gap(values):
    values = [value for value in values if not math.isnan(value)]
    return max(values) - min(values) if len(values) > 1 else math.nan


def test_gaps(student):
    for n, numbers in ((90, [0, 1, 2]), (40, [4, 9]), (15, [3])):
        (truth, decision), group = drawn(n), groups(n, numbers)
        if len(numbers) == 3:
            decision[group == 0] = False  # no PPV there
        if len(numbers) == 2:
            truth[group == 4] = True  # no FPR there
        found = [counted(truth[group == number], decision[group == number]) for number in numbers]
        right = {measure: gap([rate[measure] for rate in found]) for measure in MEASURES}
        same(student.gaps(truth, decision, group), right, "gaps(truth, decision, group)")
    group = torch.arange(4).repeat_interleave(20)  # neither the first group nor the last is the highest or the lowest
    for highest, lowest in ((1, 2), (2, 1)):
        truth, decision = drawn(80, 0.5, 0.5)
        truth[group == highest], decision[group == highest] = (torch.arange(20) < cut for cut in (16, 18))
        truth[group == lowest], decision[group == lowest] = (torch.arange(20) < cut for cut in (10, 1))
        rates = [counted(truth[group == number], decision[group == number]) for number in range(4)]
        right = {measure: gap([rate[measure] for rate in rates]) for measure in MEASURES}
        same(student.gaps(truth, decision, group), right, "gaps(truth, decision, group)")


def threshold(own, target):
    ordered = sorted(own, reverse=True)
    return next(score for score in ordered if sum(other >= score for other in own) / len(own) >= target - 1e-12)


def test_thresholds(student):
    for n, numbers, steps in ((60, [0, 1], 10**6), (50, [2, 5, 8], 12), (40, [3, 1], 5)):
        group, truth = groups(n, numbers), torch.rand(n) < 0.5
        for number in numbers:
            truth[(group == number).nonzero()[0]] = True
        scores = torch.randint(steps, (n,)).double() / steps
        kept = scores.clone()
        for target in (0.8, 0.5, 0.05, 1.0):
            right = {number: threshold(scores[truth & (group == number)].tolist(), target) for number in sorted(numbers)}
            every = {number: threshold(scores[group == number].tolist(), target) for number in sorted(numbers)}
            answer = student.thresholds(scores, truth, group, target)
            if answer == every != right:
                feedback("everybody")
            check.equal(answer, right, name=f"thresholds(scores, truth, group, {target})")
        check.equal(scores, kept, name="scores after the call")
    ten = torch.arange(10, dtype=torch.float64)
    for target, right in ((0.3, 7.0), (0.7, 3.0), (0.1, 9.0), (0.31, 6.0)):
        answer = student.thresholds(ten, torch.ones(10, dtype=torch.bool), torch.zeros(10, dtype=torch.int64), target)
        check.equal(answer, {0: right}, name=f"thresholds of ten scores, {target}")
    scores, everyone = torch.arange(25, dtype=torch.float64), torch.ones(25, dtype=torch.bool)
    for target, right in ((0.28, 18.0), (0.56, 11.0)):  # 7 and 14 of 25; as floats 0.28 * 25 is more than 7
        answer = student.thresholds(scores, everyone, torch.zeros(25, dtype=torch.int64), target)
        check.equal(answer, {0: right}, name=f"thresholds of 25 scores, {target}")
