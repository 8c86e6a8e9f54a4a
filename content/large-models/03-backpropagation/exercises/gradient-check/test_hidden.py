"""Hidden tests: functions with known gradients, right ones and wrong ones."""
import torch
from graders.examiner import check, feedback


def waves(x):
    return (torch.sin(x) * torch.arange(1, x.numel() + 1, dtype=x.dtype).reshape(x.shape)).sum() + x.prod()


def waves_gradient(x):
    factors = torch.arange(1, x.numel() + 1, dtype=x.dtype).reshape(x.shape)
    return torch.cos(x) * factors + x.prod() / x


def bowl(x):
    return float((x * x).sum() / 2)


def bowl_gradient(x):
    return x.clone()


def cubes(x):
    return (x**3).sum()


def steep(x):
    return 1e10 * (x**3).sum()


def rows(x):
    return (x.sum(-1) ** 2).sum()


def exponential(x):
    return torch.exp(x).sum()


def random_point(*shape):
    return torch.rand(shape, dtype=torch.float64) + 0.5


def test_numerical_gradient(student):
    for size in (1, 2, 6):
        x = random_point(size)
        actual, expected = student.numerical_gradient(waves, x), waves_gradient(x)
        if isinstance(actual, torch.Tensor) and actual.shape == expected.shape and torch.allclose(actual.double(), 2 * expected, rtol=1e-4):
            feedback("not-halved")
        check.close(actual, expected, name="numerical_gradient(f, x)", rtol=1e-7, atol=1e-8)
    check.close(student.numerical_gradient(bowl, x), x, name="numerical_gradient of a function that returns a float", rtol=1e-7, atol=1e-8)


def test_step(student):
    x = random_point(3)
    for step in (0.1, 0.5, 0.01):
        actual = student.numerical_gradient(cubes, x, step)
        if isinstance(actual, torch.Tensor) and actual.shape == x.shape:
            forwards, backwards = 3 * x**2 + 3 * x * step + step**2, 3 * x**2 - 3 * x * step + step**2
            if any(torch.allclose(actual.double(), other, rtol=1e-6) for other in (forwards, backwards)):
                feedback("one-sided")
        check.close(actual, 3 * x**2 + step**2, name=f"numerical_gradient with step {step}", rtol=1e-9, atol=1e-9)
    at_zero = student.numerical_gradient(steep, torch.zeros(2, dtype=torch.float64))
    check.close(at_zero, torch.ones(2, dtype=torch.float64), name="numerical_gradient with the usual step", rtol=1e-6)
    check.close(student.numerical_gradient(cubes, x), 3 * x**2, name="numerical_gradient with the usual step", rtol=1e-8, atol=1e-8)


def test_shapes(student):
    for x in (random_point(), random_point(3, 4), random_point(2, 1, 3), random_point(4, 3).T, random_point(6)[::2]):
        name = f"numerical_gradient at a point of shape {list(x.shape)}"
        check.close(student.numerical_gradient(waves, x), waves_gradient(x), name=name, rtol=1e-6, atol=1e-7)
        if x.dim():
            expected = (2 * x.sum(-1, keepdim=True)).expand(x.shape)
            check.close(student.numerical_gradient(rows, x), expected, name=name, rtol=1e-6, atol=1e-7)
    x = random_point(3, 4)
    found, unchanged = student.run(at_a_turned_point, x)
    check.close(found, [3 * x.T**2, 3 * x[:, ::2] ** 2], name="numerical_gradient at points that are not contiguous", rtol=1e-6, atol=1e-7)
    check.true(unchanged, name="points that are not contiguous stay as they were")


def at_a_turned_point(submission, x):
    """The gradients at two points that do not lie contiguously in memory, and whether these were left alone."""
    points = x.T, x[:, ::2]
    kept = [point.clone() for point in points]
    found = [submission.numerical_gradient(lambda point: (point**3).sum(), point) for point in points]
    return found, all(bool((point == before).all()) for point, before in zip(points, kept))


def test_double_precision(student):
    for x in (random_point(5).float(), random_point(2, 3).float()):
        actual = student.numerical_gradient(exponential, x)
        expected = x.double().exp()
        if isinstance(actual, torch.Tensor) and actual.shape == x.shape and not torch.allclose(actual.double(), expected, rtol=1e-5):
            feedback("single-precision")
        check.close(actual, expected, name="numerical_gradient at a point in float32", rtol=1e-7, atol=1e-7)


def test_relative_error(student):
    for scale in (1.0, 1e-9, 1e6):
        for shape in ((4,), (2, 3), ()):
            a, b = random_point(*shape) * scale, random_point(*shape) * -scale * 0.3
            expected = ((a - b).square().sum().sqrt() / (a.square().sum().sqrt() + b.square().sum().sqrt())).item()
            check.close(student.relative_error(a, b), expected, name="relative_error(a, b)", rtol=1e-6)
            check.close(student.relative_error(b, a), expected, name="relative_error(b, a)", rtol=1e-6)
            near = a * (1 + 1e-4)
            check.close(student.relative_error(a, near), 1e-4 / (2 + 1e-4), name="relative_error of neighbours", rtol=1e-4)
    a = random_point(50).float()
    b = (a * (1 + 1e-4)).double()
    expected = ((a.double() - b).norm() / (a.double().norm() + b.norm())).item()
    for first, second in ((a, b), (b, a), (a, b.float())):
        check.close(student.relative_error(first, second), expected, name="relative_error in float32", rtol=1e-3)
    check.close(student.relative_error(torch.zeros(3), torch.zeros(3)), 0.0, name="relative_error of zeros")
    check.close(student.relative_error(torch.zeros(3), torch.ones(3)), 1.0, name="relative_error of zeros and ones")


def large(x):
    return 1000 * torch.sin(x).sum()


def large_gradient(x):
    return 1000 * torch.cos(x)


def small(x):
    return 1e-8 * torch.sin(x).sum()


def small_gradient(x):
    return 1e-8 * torch.cos(x)


def small_gradient_doubled(x):
    return 2e-8 * torch.cos(x)


def constant(x):
    return 7.0


def constant_gradient(x):
    return torch.zeros_like(x)


def fast(x):
    return torch.sin(10 * x).sum()


def fast_gradient(x):
    return 10 * torch.cos(10 * x)


def nearly(x):
    return x * (1 + 1.5e-6)


def not_quite(x):
    return x * (1 + 2.8e-6)


def test_right_gradients_pass(student):
    pairs = [(waves, waves_gradient), (bowl, bowl_gradient), (large, large_gradient), (small, small_gradient), (constant, constant_gradient)]
    for f, gradient in pairs:
        for x in (random_point(4), random_point(2, 3), random_point(3).float()):
            check.true(student.check_gradient(f, gradient, x), name="check_gradient of a right gradient")
    x = random_point(20)
    check.true(student.check_gradient(fast, fast_gradient, x.float(), 1e-8), name="check_gradient at a point in float32")
    check.true(student.check_gradient(bowl, nearly, x), name="check_gradient with an error below the usual tolerance")
    check.false(student.check_gradient(bowl, not_quite, x), name="check_gradient with an error above the usual tolerance")
    # At most the tolerance: an error of 0 passes a tolerance of 0.
    check.true(student.check_gradient(constant, constant_gradient, random_point(4), tolerance=0.0), name="check_gradient with tolerance 0")
    check.false(student.check_gradient(small, small_gradient_doubled, random_point(4)), name="check_gradient of a wrong gradient")
    check.false(student.check_gradient(large, large_gradient, random_point(4), tolerance=1e-16), name="check_gradient with an impossible tolerance")


def factor_missing(x):
    return torch.cos(x) + x.prod() / x


def sign_wrong(x):
    return -x


def one_entry_wrong(x):
    wrong = x.clone()
    wrong.view(-1)[-1] *= 1.01
    return wrong


def slightly_scaled(x):
    return x * 1.00001


def transposed(x):
    return x.T.clone()


def one_number(x):
    return x.mean()


def flattened(x):
    return x.reshape(-1)


def not_a_number(x):
    return x * float("nan")


def one_nan(x):
    wrong = x.clone()
    wrong.view(-1)[0] = float("nan")
    return wrong


def test_wrong_gradients_are_caught(student):
    x = random_point(3, 3)
    same = torch.full((1, 3), 0.7, dtype=torch.float64)
    for wrong in (not_a_number, one_nan):
        if student.check_gradient(bowl, wrong, x) is True:
            feedback("nan-passes")
        check.false(student.check_gradient(bowl, wrong, x), name="check_gradient of a gradient with NaN")
    for wrong in (one_number, flattened):
        if student.check_gradient(bowl, wrong, same) is True:
            feedback("shape-ignored")
        check.false(student.check_gradient(bowl, wrong, same), name="check_gradient of a gradient of another shape")
    check.false(student.check_gradient(waves, factor_missing, x), name="check_gradient with a factor missing")
    for wrong in (sign_wrong, one_entry_wrong, slightly_scaled, transposed):
        check.false(student.check_gradient(bowl, wrong, x), name="check_gradient of a wrong gradient")
    check.true(student.check_gradient(bowl, bowl_gradient, x), name="check_gradient of the right gradient")
    check.true(student.check_gradient(bowl, slightly_scaled, x, tolerance=1e-4), name="check_gradient with a wide tolerance")


def points_asked_for(submission, x, step):
    import torch

    seen = []

    def f(point):
        seen.append(point.detach().clone())
        return point.sum()

    submission.numerical_gradient(f, x, step)
    return torch.stack(seen), x


def test_good_citizen(student):
    for x in (torch.rand(4, dtype=torch.float64) * 3.7, torch.rand(2, 3, dtype=torch.float64).T):
        before = x.clone()
        student.numerical_gradient(bowl, x)
        check.equal(x, before, name="x after numerical_gradient")
        student.check_gradient(bowl, bowl_gradient, x)
        check.equal(x, before, name="x after check_gradient")
    x = torch.rand(5, dtype=torch.float64) * 3.7
    seen, after = student.run(points_asked_for, x, 0.3)
    check.equal(after, x, name="x after numerical_gradient")
    check.shape(seen, (-1, 5), name="the points that f was asked for")
    moved = [(point != x).sum().item() for point in seen]
    assert max(moved) == 1, "each point differs from x in one entry only"
