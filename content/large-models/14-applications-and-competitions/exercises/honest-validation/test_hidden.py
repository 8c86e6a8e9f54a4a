"""Hidden tests: folds are made by hand, and each round of the cross-validation is computed again with NumPy."""
import numpy as np
import torch
from graders.examiner import check, feedback


def folds_by_hand(groups, count):
    names = sorted(set(groups), key=lambda name: (-groups.count(name), name))
    rows, fold_of = [0] * count, {}
    for name in names:
        fold_of[name] = min(range(count), key=lambda fold: (rows[fold], fold))
        rows[fold_of[name]] += groups.count(name)
    return [fold_of[name] for name in groups]


def test_group_folds(student):
    for n, kinds, count in ((40, 9, 3), (25, 25, 5), (60, 7, 4), (12, 3, 2)):
        groups = torch.randint(kinds, (n,)) * 3 - 5
        kept = groups.clone()
        answer = student.group_folds(groups, count)
        check.dtype(answer, torch.int64, name="group_folds(groups, count)")
        check.shape(answer, (n,), name="group_folds(groups, count)")
        if any(len(answer[groups == name].unique()) > 1 for name in groups.unique()):
            feedback("group-divided")
        check.equal(answer.tolist(), folds_by_hand(groups.tolist(), count), name=f"group_folds(groups, {count})")
        check.equal(groups, kept, name="groups after the call")


def scaled(train, other):
    mean, deviation = train.mean(0), train.std(0)
    scale = np.where(deviation == 0, 1.0, deviation)
    return (train - mean) / scale, (other - mean) / scale


def test_standardise(student):
    for n, m, d in ((20, 7, 4), (2, 3, 2), (30, 1, 5)):
        train, other = torch.randn(n, d, dtype=torch.float64) * 3 + 2, torch.randn(m, d, dtype=torch.float64) - 1
        train[:, 0] = 4.0
        right = [torch.from_numpy(part) for part in scaled(train.numpy().copy(), other.numpy().copy())]
        kept = train.clone()
        answer = student.standardise(train, other)
        check.length(answer, 2, name="standardise(train, other)")
        if m > 1 and answer[1].shape == other.shape:
            own = torch.from_numpy(scaled(other.numpy().copy(), other.numpy().copy())[1])
            if torch.allclose(answer[1], own):
                feedback("own-statistics")
        for name, ours, theirs in zip(("train, scaled", "other, scaled"), answer, right, strict=True):
            check.close(ours, theirs, name=name)
        check.equal(train, kept, name="train after the call")


def columns(x, y, count):
    gap = np.abs(x[y == 1].mean(0) - x[y == 0].mean(0))
    return np.argsort(-gap, kind="stable")[:count]


def nearest(x, y, x_test):
    means = np.stack([x[y == label].mean(0) for label in (0, 1)])
    return ((x_test[:, None] - means) ** 2).sum(-1).argmin(1)


def table(n, d, shift=0.0):
    y = torch.arange(n) % 2
    y = y[torch.randperm(n)]
    x = torch.randn(n, d, dtype=torch.float64)
    x[:, : d // 3] += shift * y[:, None] * torch.tensor([1.0, -1.0] * d, dtype=torch.float64)[: d // 3]
    return x * (torch.rand(d, dtype=torch.float64) * 4 + 0.2), y


def test_columns_and_means(student):
    for n, d, count in ((30, 12, 4), (8, 6, 6), (50, 9, 1)):
        x, y = table(n, d, 1.0)
        answer = student.best_columns(x, y, count)
        check.dtype(answer, torch.int64, name="best_columns(x, y, count)")
        check.equal(answer.tolist(), columns(x.numpy(), y.numpy(), count).tolist(), name="best_columns(x, y, count)")
        x_test = torch.randn(11, d, dtype=torch.float64) * 2
        check.equal(student.nearest_mean(x, y, x_test), torch.from_numpy(nearest(x.numpy(), y.numpy(), x_test.numpy())), name="nearest_mean(x, y, x_test)")
    twins = torch.tensor([[1.0, 3.0, 0.0, 3.0], [0.0, 0.0, 3.0, 0.0]], dtype=torch.float64)
    check.equal(student.best_columns(twins, torch.tensor([1, 0]), 4).tolist(), [1, 2, 3, 0], name="best_columns of equal gaps")
    middle = torch.tensor([[0.0, 0.0], [2.0, 2.0]], dtype=torch.float64)
    check.equal(student.nearest_mean(middle, torch.tensor([1, 0]), middle.mean(0, keepdim=True)).tolist(), [0], name="nearest_mean at equal distances")


def rounds(x, y, folds, count):
    predicted = np.zeros_like(y)
    for fold in set(folds.tolist()):
        test = folds == fold
        inside, outside = scaled(x[~test], x[test])
        chosen = columns(inside, y[~test], count)
        predicted[test] = nearest(inside[:, chosen], y[~test], outside[:, chosen])
    return predicted


def test_predictions(student):
    for n, d, count, number in ((48, 15, 3, 4), (30, 9, 9, 3), (60, 30, 2, 5)):
        x, y = table(n, d, 1.5)
        folds = torch.randperm(n) % number * 2 + 1  # numbers need not be 0, 1, 2
        kept = [each.clone() for each in (x, y, folds)]
        answer = student.cross_validate(x, y, folds, count)
        right = torch.from_numpy(rounds(x.numpy().copy(), y.numpy().copy(), folds.numpy(), count))
        check.equal(answer, right, name="cross_validate(x, y, folds, count)")
        for given, before in zip((x, y, folds), kept, strict=True):
            check.equal(given, before, name="the arguments after the call")
        changed, place = x.clone(), int(torch.randint(n, ()))
        changed[place] += 50
        beside = folds == folds[place]
        beside[place] = False
        check.equal(student.cross_validate(changed, y, folds, count)[beside], right[beside], name="rows of a fold in which another row changed")


def test_noise_stays_noise(student):
    right = []
    for _ in range(4):
        x, y = table(60, 2000)
        folds = torch.randperm(60) % 5
        right.append((student.cross_validate(x, y, folds, 20) == y).double().mean().item())
    share = sum(right) / len(right)
    if share > 0.67:
        feedback("leak", percent=round(100 * share))
    assert 0.3 < share < 0.67
