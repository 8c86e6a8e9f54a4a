"""Hidden tests: tables in which validation, test and luck disagree; everything is computed again here."""
import statistics

import torch
from graders.examiner import check, feedback


def tables(settings, seeds):
    """The best mean, the luckiest seed and the best test scores belong to three different settings."""
    validation = torch.rand(settings, seeds, dtype=torch.float64) + 70
    test = torch.rand(settings, seeds, dtype=torch.float64) + 70
    best = int(torch.randint(1, settings, ()))  # never 0: that would be found by accident
    others = [setting for setting in torch.randperm(settings).tolist() if setting != best]
    lucky, tested = others[:2]
    validation[best] += 3
    validation[lucky, 0] += 5  # beyond whatever chance adds to the best
    validation[lucky, 1:] -= 3
    test[tested] += 5
    return validation, test, best, lucky, tested


def expected(validation, test):
    means = [statistics.fmean(row) for row in validation.tolist()]
    setting = means.index(max(means))
    scores = test[setting].tolist()
    return {"setting": setting, "score": statistics.fmean(scores), "error": statistics.stdev(scores) / len(scores) ** 0.5}


def test_choice(student):
    for settings, seeds in ((4, 5), (3, 2), (9, 3)):
        validation, _, best, lucky, _ = tables(settings, seeds)
        kept = validation.clone()
        answer = student.choose(validation)
        if answer == lucky:
            feedback("best-seed")
        check.equal(answer, best, name="choose(validation)")
        check.equal(validation, kept, name="validation after the call")
    equal = torch.tensor([[1.0, 2.0], [4.0, 5.0], [5.0, 4.0]], dtype=torch.float64)
    check.equal(student.choose(equal), 1, name="choose of two that are equally good")


def same(answer, right, what):
    check.equal(sorted(answer), sorted(right), name=f"the keys of {what}")
    for key, value in right.items():
        if isinstance(value, float):
            check.close(answer[key], value, name=f"{what}: {key}", rtol=1e-9, atol=1e-9)
        else:
            check.equal(answer[key], value, name=f"{what}: {key}")


def test_report(student):
    for settings, seeds in ((4, 5), (3, 2), (8, 10)):
        validation, test, _, _, tested = tables(settings, seeds)
        kept = test.clone()
        answer = student.report(validation, test)
        right = expected(validation, test)
        if isinstance(answer, dict) and answer.get("setting") == tested:
            feedback("chosen-by-test")
        if isinstance(answer, dict) and isinstance(answer.get("error"), float):
            if min(abs(answer["error"] - test[right["setting"]].std(correction=c).item()) for c in (0, 1)) < 1e-9:
                feedback("deviation")
        same(answer, right, "report(validation, test)")
        check.equal(test, kept, name="test after the call")


def test_comparison(student):
    for (h, s), (g, r) in (((4, 5), (3, 2)), ((3, 2), (7, 6)), ((5, 4), (5, 4))):
        old, new = tables(h, s)[:2], tables(g, r)[:2]
        before, after = expected(*old), expected(*new)
        gain, error = after["score"] - before["score"], (before["error"] ** 2 + after["error"] ** 2) ** 0.5
        answer = student.compare(old, new)
        if isinstance(answer, dict) and isinstance(answer.get("gain"), float):
            if abs(answer["gain"] - (after["score"] - old[1][0, 0].item())) < 1e-9:
                feedback("untuned-baseline")
        same(answer, {"gain": gain, "error": error, "better": gain > 2 * error}, "compare(old, new)")


def test_verdict(student):
    for factor, right in ((2.1, True), (1.9, False), (0.5, False), (-2.1, False), (-1.0, False)):
        old, new = tables(4, 5)[:2], tables(3, 6)[:2]
        before, after = expected(*old), expected(*new)
        error = (before["error"] ** 2 + after["error"] ** 2) ** 0.5
        shift = before["score"] + factor * error - after["score"]
        answer = student.compare(old, (new[0], new[1] + shift))
        check.equal(answer["better"], right, name=f"better with a gain of {factor} errors")
    level = torch.full((2, 3), 80.0, dtype=torch.float64)  # no scatter at all: 0 is not greater than twice 0
    check.equal(student.compare((level, level), (level.clone(), level.clone()))["better"], False, name="better without any gain")
