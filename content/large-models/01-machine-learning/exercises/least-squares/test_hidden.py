"""Hidden tests: random planes, solved here by another method."""
import torch
from graders.examiner import check, feedback


def with_ones(x):
    return torch.nn.functional.pad(x, (1, 0), value=1.0)


def best(x, y):
    return torch.linalg.lstsq(with_ones(x), y[:, None]).solution[:, 0]


def looks_like(actual, other):
    return isinstance(actual, torch.Tensor) and actual.shape == other.shape and torch.allclose(actual, other.to(actual.dtype))


def test_design_matrix(student):
    for n, d in [(5, 1), (7, 3), (1, 4), (4, 4)]:
        x = torch.randn(n, d)
        check.close(student.design_matrix(x), with_ones(x), name="design_matrix(x)")


def test_predict(student):
    for n, d in [(6, 1), (5, 4), (1, 2)]:
        x, theta = torch.randn(n, d, dtype=torch.float64), torch.randn(d + 1, dtype=torch.float64)
        expected = torch.einsum("nd,d->n", x, theta[1:]) + theta[0]
        check.close(student.predict(x, theta), expected, name="predict(x, theta)")


def test_mean_squared_error(student):
    for n in (9, 4, 30):
        prediction, y = torch.randn(n, dtype=torch.float64), torch.randn(n, dtype=torch.float64)
        squares = torch.tensor([(a - b) ** 2 for a, b in zip(prediction.tolist(), y.tolist())], dtype=torch.float64)
        actual = student.mean_squared_error(prediction, y)
        if looks_like(actual, squares.sum()):
            feedback("sum-not-mean")
        if looks_like(actual, squares.mean().sqrt()):
            feedback("root")
        check.close(actual, squares.mean(), name="mean_squared_error(prediction, y)")
    y = torch.randn(6)
    pairs = [(other, y) for other in (y[:, None], y[None], y[:1], y[:5])]
    for prediction, answer in [*pairs, *[(second, first) for first, second in pairs]]:
        if answers(student, prediction, answer):
            feedback("broadcast")
        check.raises(ValueError, student.mean_squared_error, prediction, answer, name="mean_squared_error of two shapes")


def answers(student, prediction, y):
    """Whether the submission returns something where it should refuse."""
    try:
        student.mean_squared_error(prediction, y)
    except Exception:
        return False
    return True


def test_fit_exact(student):
    for n, d in [(4, 1), (10, 3), (40, 6)]:
        x, theta = torch.randn(n, d, dtype=torch.float64), torch.randn(d + 1, dtype=torch.float64)
        check.close(student.fit(x, with_ones(x) @ theta), theta, name="fit(x, y)", rtol=1e-6, atol=1e-8)


def test_fit_noisy(student):
    for n, d in [(12, 1), (30, 2), (80, 5)]:
        x = torch.randn(n, d, dtype=torch.float64) @ torch.randn(d, d, dtype=torch.float64) + 2
        y = x.sum(1) + 5 + torch.randn(n, dtype=torch.float64)
        actual, expected = student.fit(x, y), best(x, y)
        bare = torch.linalg.lstsq(x, y[:, None]).solution[:, 0]
        if looks_like(actual, torch.cat([torch.zeros(1), bare])):
            feedback("through-origin")
        centred, spread = x - x.mean(0), y - y.mean()
        slopes = (centred * spread[:, None]).sum(0) / centred.square().sum(0)
        if d > 1 and looks_like(actual, torch.cat([(y.mean() - x.mean(0) @ slopes)[None], slopes])):
            feedback("one-by-one")
        check.close(actual, expected, name="fit(x, y)", rtol=1e-5, atol=1e-7)


def test_accuracy(student):
    year = torch.arange(1990, 2030, dtype=torch.float64)
    x = torch.stack([year, year.square()], dim=1)
    for a, b, c in (torch.rand(8, 3, dtype=torch.float64) + 1).tolist():
        y = a + b * (year - 2010) + c * (year - 2010).square()
        theta = student.fit(x, y)
        check.shape(theta, (3,), name="fit(years and their squares, y)")
        check.finite(theta, name="fit(years and their squares, y)")
        error = (with_ones(x) @ theta.double() - y).abs().max().item()
        if error >= 2e-5:
            feedback("digits-lost", error=float(f"{error:.2g}"))
        assert error < 2e-5


def gradients(submission, x, y, theta):
    import torch

    x, y, theta = (value.clone().requires_grad_() for value in (x, y, theta))
    error = submission.mean_squared_error(submission.predict(x, theta), y)
    spread = submission.design_matrix(x).square().sum()
    fitted = submission.fit(x, y).sum()
    return [*torch.autograd.grad(error, [x, y, theta]), *torch.autograd.grad(spread, [x]), *torch.autograd.grad(fitted, [y])]


def expected_gradients(x, y, theta):
    matrix = with_ones(x)
    residual = 2 * (matrix @ theta - y) / len(y)
    return [residual[:, None] * theta[1:], -residual, matrix.T @ residual, 2 * x, torch.linalg.pinv(matrix).sum(0)]


def test_good_citizen(student):
    x = torch.randn(20, 3)
    y = torch.randn(20)
    before = x.clone(), y.clone()
    theta = student.fit(x, y)
    check.close(theta, best(*before), name="fit in float32", rtol=1e-3, atol=1e-4)
    prediction = student.predict(x, theta)
    check.dtype(prediction, torch.float32, name="predict in float32")
    student.design_matrix(x)
    student.mean_squared_error(prediction, y)
    check.close(x, before[0], name="x after the calls")
    check.close(y, before[1], name="y after the calls")

    values = [torch.randn(*shape, dtype=torch.float64) for shape in ((9, 2), (9,), (3,))]
    names = ("error by x", "error by y", "error by theta", "design_matrix by x", "fit by y")
    for theirs, ours, name in zip(student.run(gradients, *values), expected_gradients(*values), names, strict=True):
        check.close(theirs, ours, name=f"gradient of {name}", rtol=1e-6, atol=1e-8)
