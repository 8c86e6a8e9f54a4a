"""Hidden tests: what the training side may know is computed again outside the sandbox, from the training rows."""
import torch
from graders.examiner import check, feedback


def problem(rows=40, columns=12, dtype=torch.float32):
    """Columns of many scales; the validation rows come from elsewhere, so that their mean and spread would show."""
    x = torch.randn(rows, columns, dtype=dtype) * (torch.rand(columns) * 9 + 0.5).to(dtype) + 5
    y = torch.arange(rows) % 2
    order = torch.randperm(rows)
    train, validation = order[: rows // 2].sort().values, order[rows // 2 :].sort().values
    x[validation] = x[validation] * 3 - 4
    return x, y, train, validation


def best_columns(x, y, count):
    difference = (x[y == 1].mean(0) - x[y == 0].mean(0)).abs()
    return torch.tensor(sorted(difference.argsort(descending=True)[:count].tolist()))


def scaled_by(x, rows):
    return (x - x[rows].mean(0)) / (x[rows].std(0) + 1e-8)


def same(actual, expected):
    return isinstance(actual, torch.Tensor) and actual.shape == expected.shape and torch.allclose(actual, expected, rtol=1e-3, atol=1e-4)


def test_groups_stay_together(student):
    several = torch.tensor([4, 4, 9, 1, 1, 1, 9, 30, 30, 2, 2, 5, 5, 5, 8, 11, 12, 13])
    for groups, share in [(several, 0.3), (torch.arange(20) // 4, 0.4), (torch.randint(8, (50,)), 0.25), (torch.tensor([6, 6, 2]), 0.1), (torch.arange(14) // 2, 0.25)]:
        names = set(groups.tolist())
        for seed in (0, 1, 7):
            train, validation = student.split(groups, share, seed)
            for part in (train, validation):
                check.dtype(part, torch.int64, name="the row numbers")
                check.close(part, part.sort().values, name="the row numbers in ascending order")
            check.close(torch.cat([train, validation]).sort().values, torch.arange(len(groups)), name="all rows")
            there = set(groups[validation].tolist())
            if there & set(groups[train].tolist()):
                feedback("group-divided")
            assert not there & set(groups[train].tolist())
            check.equal(len(there), max(1, round(share * len(names))), name="the number of groups for validation")
            again, _ = student.split(groups, share, seed)
            check.close(again, train, name="the training rows with the same seed")
    chosen = [tuple(student.split(torch.arange(30), 0.3, seed)[1].tolist()) for seed in range(6)]
    assert len(set(chosen)) == 6
    assert len(set(sum(chosen, ()))) > 18
    check.close(student.split(torch.arange(30))[1], student.split(torch.arange(30), 0.3, 0)[1], name="the split without share and seed")
    check.equal(len(student.split(torch.arange(30))[1]), 9, name="the validation rows without a share")
    kept = several.clone()
    student.split(several, 0.5, 3)
    check.close(several, kept, name="groups after split")


def test_scaling(student):
    for dtype in (torch.float32, torch.float64):
        x, y, train, validation = problem(dtype=dtype)
        kept = x.clone()
        found = student.prepare(x, y, train, validation, 12)
        check.length(found, 2, name="what prepare returns")
        by_all = scaled_by(kept, torch.arange(40))
        if same(found[0], by_all[train]):
            feedback("scaled-by-all")
        elif same(found[1], scaled_by(kept[validation], torch.arange(20))):
            feedback("scaled-by-itself")
        right = scaled_by(kept, train)
        check.close(found[0], right[train], name="the training rows", rtol=1e-4, atol=1e-5 if dtype == torch.float32 else 1e-12)
        check.close(found[1], right[validation], name="the validation rows", rtol=1e-4, atol=1e-5)
        check.close(x, kept, name="x after prepare")
    x[:, 3] = 1.0
    found = student.prepare(x, y, train, validation, 12)
    check.finite(found[0], name="the training rows with a column that never changes")
    x[train[0], 3] += 1e-7
    x[:, :3] *= 1e-9  # columns of a spread near the small number
    found, right = student.prepare(x, y, train, validation, 12), scaled_by(x, train)
    check.close(found[0], right[train], name="the training rows with hardly any spread", rtol=1e-4, atol=1e-6)


def test_selection(student):
    for rows, count in [(40, 3), (24, 1), (60, 7)]:
        x, y, train, validation = problem(rows)
        x[validation] += 50 * (y[validation] * 2 - 1)[:, None] * (torch.arange(12) % 4 == 0)  # a rule that only validation rows have
        found = student.prepare(x, y, train, validation, count)
        by_all, right = scaled_by(x, torch.arange(rows)), scaled_by(x, train)
        for wrong in (by_all, right):
            if same(found[0], wrong[train][:, best_columns(wrong, y, count)]):
                feedback("selected-by-all")
        columns = best_columns(right[train], y[train], count)
        check.close(found[0], right[train][:, columns], name="the training rows", rtol=1e-4, atol=1e-5)
        check.close(found[1], right[validation][:, columns], name="the validation rows", rtol=1e-4, atol=1e-5)
        scaled = right[train]
        check.close(student.select(scaled, y[train], count), columns, name="select")
        check.close(student.select(-scaled, y[train], count), columns, name="select with other signs")
        check.close(scaled, right[train], name="x after select")
        uneven = torch.cat([x[train], x[train][y[train] == 1]]), torch.cat([y[train], torch.ones(int(y[train].sum()), dtype=torch.int64)])
        check.close(student.select(*uneven, count), best_columns(*uneven, count), name="select for classes of different sizes")


def test_validation_rows_have_no_say(student):
    for _ in range(3):
        x, y, train, validation = problem()
        before, _ = student.prepare(x, y, train, validation, 4)
        other, labels = x.clone(), y.clone()
        other[validation] = torch.randn(20, 12) * 100
        labels[validation] = 1 - labels[validation]
        after, answer = student.prepare(other, labels, train, validation, 4)
        check.close(after, before, name="the training rows with other validation rows")
        fewer, _ = student.prepare(x, y, train, validation[:3], 4)
        check.close(fewer, before, name="the training rows with fewer validation rows")
        assert not same(answer, torch.zeros(20, 4))


def test_noise_stays_noise(student):
    x, y = torch.randn(60, 2000), torch.arange(60) % 2
    cases = [(x, y, torch.arange(60))]
    groups = torch.arange(90) // 3  # three nearly equal rows of one speaker each; the labels are the speakers'
    voices = torch.randn(30, 400)[groups] + 0.05 * torch.randn(90, 400)
    cases.append((voices, (torch.randperm(30) % 2)[groups], groups))
    for rows, labels, names in cases:
        found = [student.experiment(rows, labels, names, 20, seed=seed) for seed in range(12)]
        check.finite(torch.tensor(found), name="the accuracies")
        mean = sum(found) / len(found)
        if mean > 0.68:
            feedback("too-good", percent=round(100 * mean))
        assert 0.3 < mean < 0.68
        assert len(set(found)) > 1
    rule = torch.randn(80, 30)
    labels = (rule[:, 4] + rule[:, 9] > 0).long()
    found = [student.experiment(rule, labels, torch.arange(80), 2, share=0.25, seed=seed) for seed in range(8)]
    assert sum(found) / 8 > 0.8
    first = student.experiment(rule, labels, torch.arange(80), 2, share=0.25)
    check.close(first, found[0], name="the experiment without a seed")
    assert all(abs(value * 20 - round(value * 20)) < 1e-4 for value in found)
