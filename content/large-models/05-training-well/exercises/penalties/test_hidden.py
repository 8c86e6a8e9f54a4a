"""Hidden tests: every value is computed again from the formulas, outside the sandbox."""
import torch
from graders.examiner import check, feedback

SETTINGS = [(0.3, 0.0), (0.0, 0.7), (0.02, 0.005)]


def some_parameters():
    """Two weights, a bias, a scale without axes, and the weight of a convolution."""
    return [torch.randn(4, 3), torch.randn(4), torch.randn(2, 1, 3, 3), torch.randn(()), torch.randn(1, 6)]


def expected_penalty(parameters, l1, l2, axes=2):
    counted = [p for p in parameters if p.dim() >= axes]
    return torch.stack([l1 * p.abs().sum() + l2 * (p * p).sum() / 2 for p in counted]).sum()


def expected_step(parameters, gradients, lr, decay):
    return [p - lr * g - (lr * decay * p if p.dim() > 1 else 0) for p, g in zip(parameters, gradients, strict=True)]


def expected_threshold(w, t):
    return torch.where(w > t, w - t, torch.where(w < -t, w + t, torch.zeros_like(w)))


def expected_lasso(x, y, l1, lr, steps):
    w = torch.zeros(x.shape[1], dtype=x.dtype)
    for _ in range(steps):
        w = expected_threshold(w - lr * (x.T @ (x @ w - y)) / x.shape[0], lr * l1)
    return w


def sparse_problem(n=60, d=12, dtype=torch.float32):
    """Rows in which three of the columns matter; their weights are large."""
    x, w = torch.randn(n, d, dtype=dtype), torch.zeros(d, dtype=dtype)
    w[[1, 4, 9]] = torch.tensor([2.0, -3.0, 1.5], dtype=dtype)
    return x, x @ w + 0.1 * torch.randn(n, dtype=dtype)


def alike(actual, expected):
    return isinstance(actual, torch.Tensor) and actual.shape == expected.shape and torch.allclose(actual, expected, rtol=1e-4, atol=1e-6)


def test_penalty(student):
    for l1, l2 in SETTINGS:
        parameters = some_parameters()
        actual = student.penalty(parameters, l1=l1, l2=l2)
        if l2 and alike(actual, expected_penalty(parameters, l1, 2 * l2)):
            feedback("half-missing")
        if alike(actual, expected_penalty(parameters, l1, l2, axes=0)):
            feedback("biases-counted")
        check.close(actual, expected_penalty(parameters, l1, l2), name="the penalty", rtol=1e-4)
    check.close(student.penalty(some_parameters()), torch.tensor(0.0), name="the penalty without l1 and l2")
    check.close(student.penalty([], l1=1.0, l2=1.0), torch.tensor(0.0), name="the penalty of nothing")


def gradients_of(submission, parameters, l1, l2):
    leaves = [p.clone().requires_grad_() for p in parameters]
    submission.penalty(leaves, l1=l1, l2=l2).backward()
    return [torch.zeros_like(leaf) if leaf.grad is None else leaf.grad for leaf in leaves]


def test_gradient_of_the_penalty(student):
    for l1, l2 in SETTINGS:
        parameters = some_parameters()
        expected = [(l1 * p.sign() + l2 * p) * (p.dim() > 1) for p in parameters]
        found = student.run(gradients_of, parameters, l1, l2)
        check.close(found, expected, name="the gradients of the penalty", rtol=1e-4)


def slopes_of_the_step(submission, parameters, gradients):
    leaves = [value.clone().requires_grad_() for value in (*parameters, *gradients)]
    moved = submission.decay_step(leaves[: len(parameters)], leaves[len(parameters) :], 0.1, 0.5)
    torch.stack([value.sum() for value in moved]).sum().backward()
    return [torch.zeros_like(leaf) if leaf.grad is None else leaf.grad for leaf in leaves]


def test_decay_step(student):
    for lr, decay in [(0.1, 0.01), (0.5, 0.3), (1e-3, 10.0), (0.2, 0.0)]:
        parameters = some_parameters()
        gradients = [torch.randn_like(p) for p in parameters]
        actual = student.decay_step(parameters, gradients, lr, decay)
        fast = [p * (1 - decay) - lr * g if p.dim() > 1 else p - lr * g for p, g in zip(parameters, gradients, strict=True)]
        if decay and isinstance(actual, list | tuple) and len(actual) == 5 and all(map(alike, actual, fast)):
            feedback("no-learning-rate")
        check.close(actual, expected_step(parameters, gradients, lr, decay), name="the parameters", rtol=1e-4)
    slopes = [torch.full_like(p, 0.95 if p.dim() > 1 else 1.0) for p in parameters] + [torch.full_like(g, -0.1) for g in gradients]
    check.close(student.run(slopes_of_the_step, parameters, gradients), slopes, name="the gradients through decay_step", rtol=1e-4)


def slope_of_the_threshold(submission, w, t):
    leaf = w.clone().requires_grad_()
    submission.soft_threshold(leaf, t).sum().backward()
    return leaf.grad


def test_soft_threshold(student):
    border = torch.tensor([[0.5, -0.5, 0.0], [0.75, -0.75, 0.25]])
    for w, t in [(torch.randn(5, 4), 0.6), (border, 0.5), (torch.randn(7), 0.0), (torch.randn(2, 3, 2) * 9, 4.0)]:
        actual, expected = student.soft_threshold(w, t), expected_threshold(w, t)
        if t and alike(actual, torch.where(w.abs() > t, w, torch.zeros_like(w))):
            feedback("hard-threshold")
        if isinstance(actual, torch.Tensor) and actual.shape == w.shape and (actual * w < 0).any():
            feedback("overshoots")
        check.close(actual, expected, name=f"soft_threshold(w, {t})", rtol=1e-5)
        check.equal(actual == 0, expected == 0, name="which numbers are exactly zero")
    w = torch.tensor([2.0, -0.1, -3.0, 0.4])
    check.close(student.run(slope_of_the_threshold, w, 0.5), torch.tensor([1.0, 0.0, 1.0, 0.0]), name="the gradient")


def slope_of_the_lasso(submission, x, y):
    leaf = y.clone().requires_grad_()
    submission.lasso(x, leaf, 0.1, 0.1, 3).sum().backward()
    return leaf.grad


def test_lasso(student):
    for l1, lr, steps in [(0.2, 0.1, 300), (0.5, 0.2, 5), (0.05, 0.15, 40), (0.0, 0.1, 25)]:
        x, y = sparse_problem()
        actual, expected = student.lasso(x, y, l1, lr, steps), expected_lasso(x, y, l1, lr, steps)
        if l1 >= 0.2 and alike(actual, actual) and (actual != 0).all():
            feedback("never-zero")
        check.close(actual, expected, name="the weights", rtol=1e-3, atol=1e-4)
        if steps == 300:
            check.equal((actual != 0).nonzero().flatten().tolist(), [1, 4, 9], name="the columns whose weight is not zero")
    x, y = sparse_problem()
    leaf = y.clone().requires_grad_()
    expected_lasso(x, leaf, 0.1, 0.1, 3).sum().backward()
    check.close(student.run(slope_of_the_lasso, x, y), leaf.grad, name="the gradient with respect to y", rtol=1e-3)


def test_good_citizen(student):
    parameters = [p.double() for p in some_parameters()]
    gradients = [torch.randn_like(p) for p in parameters]
    before = [p.clone() for p in (*parameters, *gradients)]
    stepped = student.decay_step(parameters, gradients, 0.1, 0.5)
    check.close([*parameters, *gradients], before, name="parameters and gradients after decay_step")
    check.close(stepped, expected_step(parameters, gradients, 0.1, 0.5), name="parameters in float64")
    check.close(student.penalty(parameters, 0.1, 0.2), expected_penalty(parameters, 0.1, 0.2), name="penalty in float64")
    check.close(parameters, before[:5], name="parameters after penalty")
    w = torch.randn(6, dtype=torch.float64)
    same = w.clone()
    check.close(student.soft_threshold(w, 0.3), expected_threshold(same, 0.3), name="soft_threshold in float64")
    check.close(w, same, name="w after soft_threshold")
    x, y = sparse_problem(dtype=torch.float64)
    kept = x.clone(), y.clone()
    check.close(student.lasso(x, y, 0.1, 0.1, 30), expected_lasso(*kept, 0.1, 0.1, 30), name="lasso in float64", rtol=1e-11, atol=1e-12)
    check.close((x, y), kept, name="x and y after lasso")
