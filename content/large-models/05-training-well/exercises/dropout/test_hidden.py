"""Hidden tests: masks are judged by counting, with bounds that a right mask misses once in many millions of runs."""
import math

import torch
from graders.examiner import check, feedback
from torch import nn

SHARES = (0.1, 0.5, 0.8)


def kept_of(y, x, p, *, name):
    """The mask of a result: every number is 0 or x / (1 - p)."""
    check.shape(y, x.shape, name=name)
    check.finite(y, name=name)
    kept = y != 0
    if kept.any() and p < 1 and torch.allclose(y[kept], x[kept]):
        feedback("not-scaled")
    check.close(y, torch.where(kept, x / (1 - p), torch.zeros_like(x)), name=name, rtol=1e-4)
    return kept


def test_without_training_nothing_happens(student):
    for p in (*SHARES, 1.0):
        x = torch.randn(6, 5)
        actual = student.dropout(x, p, training=False)
        if isinstance(actual, torch.Tensor) and actual.shape == x.shape and torch.allclose(actual, x * (1 - p)):
            feedback("scaled-at-prediction")
        check.close(actual, x, name="dropout without training")
    check.close(student.dropout(torch.ones(3), 0.9, False), torch.ones(3), name="dropout without training")


def test_share_and_scale(student):
    for p in SHARES:
        x = torch.rand(200, 300) + 0.5
        y = student.dropout(x, p)
        dropped = 1 - kept_share(y)
        if p != 0.5 and abs(dropped - (1 - p)) < 0.02:
            feedback("p-is-kept")
        kept = kept_of(y, x, p, name=f"dropout(x, {p})")
        spread = math.sqrt(p * (1 - p) / x.numel())
        assert abs(1 - kept.float().mean().item() - p) < 6 * spread
    y = student.dropout(torch.ones(200, 300))
    kept_of(y, torch.ones(200, 300), 0.5, name="dropout(x)")
    assert abs(kept_share(y) - 0.5) < 0.02


def kept_share(y):
    return (y != 0).float().mean().item() if isinstance(y, torch.Tensor) else 0.0


def test_each_number_by_itself(student):
    for shape in [(400, 50), (40, 10, 50), (20000,)]:
        x = torch.ones(shape)
        first, second = student.dropout(x, 0.5), student.dropout(x, 0.5)
        masks = [kept_of(y, x, 0.5, name="dropout(x, 0.5)").float() for y in (first, second)]
        assert 0.45 < (masks[0] == masks[1]).float().mean() < 0.55
        if len(shape) > 1:
            rows = masks[0].flatten(0, -2)  # (400, 50)
            if (rows == rows[0]).all():
                feedback("same-for-all-rows")
            for lines in (rows, rows.T):  # the share of zeros along either axis is never far from a half
                assert ((lines.mean(1) - 0.5).abs() < 4.5 * 0.5 / math.sqrt(lines.shape[1]) + 0.01).all()
                assert (lines.mean(1) != 0.5).any()
    repeated = student.run(seeded, torch.ones(30, 30))
    check.close(repeated[0], repeated[1], name="dropout with the same seed of torch")


def seeded(submission, x):
    results = []
    for _ in range(2):
        torch.manual_seed(5)
        results.append(submission.dropout(x, 0.5))
    return results


def with_gradient(submission, x, p, training):
    leaf = x.clone().requires_grad_()
    y = submission.dropout(leaf, p, training=training)
    (y * torch.arange(1.0, x.shape[-1] + 1)).sum().backward()
    return y.detach(), leaf.grad


def test_gradient(student):
    for p in (*SHARES, 0.0):
        x = torch.rand(20, 8) + 0.5
        y, slope = student.run(with_gradient, x, p, True)
        expected = (y != 0) * torch.arange(1.0, 9.0) / (1 - p)
        check.close(y, x * (y != 0) / (1 - p), name="dropout", rtol=1e-4)
        check.close(slope, expected, name="the gradient of x", rtol=1e-4)
    y, slope = student.run(with_gradient, x, 0.5, False)
    check.close(slope, torch.arange(1.0, 9.0).expand(20, 8), name="the gradient of x at prediction")
    _, slope = student.run(with_gradient, x, 1.0, True)
    check.close(slope, torch.zeros(20, 8), name="the gradient of x with p = 1")


def model_in_both_modes(submission, x):
    model = nn.Sequential(nn.Identity(), nn.Sequential(submission.Dropout(0.3), nn.Identity()))
    answers = [model(x), model.eval()(x), model.train()(x)]
    part = submission.Dropout(0.3)
    leaf = x.clone().requires_grad_()
    dropped = part(leaf)
    dropped.sum().backward()
    part.eval()
    return answers, part(x), list(model.state_dict()), isinstance(part, nn.Module), (dropped != 0, leaf.grad)


def test_module_follows_train_and_eval(student):
    x = torch.rand(40, 50) + 0.5
    (first, evaluated, again), alone, state, is_module, (passed, slope) = student.run(model_in_both_modes, x)
    check.true(is_module, name="isinstance(Dropout(), nn.Module)")
    if isinstance(evaluated, torch.Tensor) and (evaluated == 0).any():
        feedback("always-on")
    check.close(evaluated, x, name="the model in evaluation mode")
    check.close(alone, x, name="the module in evaluation mode")
    for y in (first, again):
        kept = kept_of(y, x, 0.3, name="the model in training mode")
        assert 0.6 < kept.float().mean() < 0.8
    assert not torch.equal(first, again)
    check.close(slope, passed / 0.7, name="the gradient through the module", rtol=1e-4)
    check.equal(state, [], name="the state of a model with Dropout alone")
    layer = student.Dropout()
    assert 0.4 < kept_share(layer(x)) < 0.6


def test_edges(student):
    x = torch.randn(30, 20)
    same = x.clone()
    check.close(student.dropout(x, 0.0), same, name="dropout(x, 0)")
    check.close(student.dropout(x, 1.0), torch.zeros(30, 20), name="dropout(x, 1)")
    check.close(student.Dropout(1.0)(x), torch.zeros(30, 20), name="Dropout(1)(x)")
    for p in (-0.1, 1.01, 7.0):
        check.raises(ValueError, student.Dropout, p, name=f"Dropout({p})")
        check.raises(ValueError, student.dropout, x, p, name=f"dropout(x, {p})")
        check.raises(ValueError, student.dropout, x, p, training=False, name=f"dropout(x, {p}, training=False)")
    student.dropout(x, 0.5)
    check.close(x, same, name="x after dropout")
    double = torch.rand(9, 9, dtype=torch.float64) + 0.5
    for training in (True, False):
        y = student.dropout(double, 0.5, training=training)
        check.dtype(y, torch.float64, name="dropout of float64")
        check.close(y, double * (y != 0) * (2 if training else 1), name="dropout of float64", rtol=1e-12)
        check.dtype(student.dropout(double.bfloat16(), 0.5, training=training), torch.bfloat16, name="dropout of bfloat16")
