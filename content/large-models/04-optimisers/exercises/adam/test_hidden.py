"""Hidden tests: many steps with random gradients, beside torch's own optimisers, which run here, outside the sandbox."""
import torch
from graders.examiner import check, feedback


def reference(kind, start, gradients, rates, **options):
    """The parameter after each step, by torch."""
    parameter = start.clone().requires_grad_()
    optimizer, path = kind([parameter], lr=1.0, **options), []
    for gradient, rate in zip(gradients, rates, strict=True):
        parameter.grad = gradient.clone()
        optimizer.param_groups[0]["lr"] = rate
        optimizer.step()
        path.append(parameter.detach().clone())
    return path


def follow(step, start, gradients, rates, *, numbered=True, **options):
    """The parameter after each step, by the student."""
    parameter, path = start, []
    state = [torch.zeros_like(start) for _ in range(2 if numbered else 1)]
    for number, (gradient, rate) in enumerate(zip(gradients, rates, strict=True), 1):
        counted = (number,) if numbered else ()
        parameter, *state = step(parameter, gradient, *state, *counted, learning_rate=rate, **options)
        path.append(parameter)
    return path


def several(count, shape=(4, 3)):
    """Gradients whose entries have very different sizes, as in a real network."""
    return [torch.randn(shape) * torch.logspace(0, 3, shape[-1]) for _ in range(count)]


def alike(actual, expected):
    fits = isinstance(actual, torch.Tensor) and actual.shape == expected.shape and actual.dtype == expected.dtype
    return fits and torch.allclose(actual, expected, rtol=1e-4, atol=1e-6)


def test_rmsprop_first_step(student):
    theta, g, rate, alpha = torch.randn(4, 3), several(1)[0], 0.05, 0.9
    parameter, s = student.rmsprop_step(theta, g, torch.zeros_like(theta), learning_rate=rate, alpha=alpha)
    if alike(s, alpha * g**2):
        feedback("shares-swapped")
    check.close(s, (1 - alpha) * g**2, name="s after the first step")
    check.close(parameter, reference(torch.optim.RMSprop, theta, [g], [rate], alpha=alpha)[0], name="the parameter")


def test_rmsprop_step_by_step(student):
    rates = [0.1] * 8 + [0.02] * 8
    for alpha in (0.99, 0.5):
        start, gradients = torch.randn(4, 3), several(16)
        actual = follow(student.rmsprop_step, start, gradients, rates, numbered=False, alpha=alpha)
        expected = reference(torch.optim.RMSprop, start, gradients, rates, alpha=alpha)
        check.close(actual, expected, name=f"the parameter, step by step, with alpha={alpha}", rtol=1e-4, atol=1e-5)


def test_adam_first_step(student):
    theta, g, rate = torch.randn(4, 3), several(1)[0], 0.01
    zero = torch.zeros_like(theta)
    parameter, m, v = student.adam_step(theta, g, zero, zero, 1, learning_rate=rate)
    raw = 0.1 * g / ((0.001 * g**2).sqrt() + 1e-8)
    if alike(parameter, theta - rate * raw):
        feedback("not-corrected")
    if alike(m, g) or alike(v, g**2):
        feedback("corrected-kept")
    check.close(m, 0.1 * g, name="m after the first step", rtol=1e-4, atol=1e-8)
    check.close(v, 0.001 * g**2, name="v after the first step", rtol=1e-4, atol=1e-12)
    check.close(parameter, reference(torch.optim.Adam, theta, [g], [rate])[0], name="the parameter after the first step")


def test_adam_step_by_step(student):
    rates = [0.1] * 10 + [0.01] * 10
    for betas in ((0.9, 0.999), (0.5, 0.9), (0.9, 0.95)):
        start, gradients = torch.randn(4, 3), several(20)
        actual = follow(student.adam_step, start, gradients, rates, betas=betas)
        expected = reference(torch.optim.Adam, start, gradients, rates, betas=betas)
        check.close(actual, expected, name=f"the parameter, step by step, with betas={betas}", rtol=1e-4, atol=1e-5)


def test_eps_stands_outside_the_root(student):
    start, eps = torch.randn(4, 3), 0.01
    gradients, rates = [torch.randn(4, 3) * 0.01 for _ in range(5)], [0.1] * 5
    actual = follow(student.adam_step, start, gradients, rates, eps=eps)
    g, moved = gradients[0], actual[0]
    if alike(moved, start - rates[0] * g / (g**2 + eps).sqrt()):
        feedback("eps-inside")
    if alike(moved, start - rates[0] * 0.001**0.5 * g / ((0.001 * g**2).sqrt() + eps)):
        feedback("eps-before-correction")
    check.close(actual, reference(torch.optim.Adam, start, gradients, rates, eps=eps), name=f"adam_step with eps={eps}", atol=1e-5)
    actual = follow(student.rmsprop_step, start, gradients, rates, numbered=False, eps=eps)
    expected = reference(torch.optim.RMSprop, start, gradients, rates, eps=eps)
    check.close(actual, expected, name=f"rmsprop_step with eps={eps}", rtol=1e-4, atol=1e-5)


def test_adamw_step_by_step(student):
    start, gradients, rates = torch.randn(4, 3), several(12), [0.1] * 6 + [0.02] * 6
    for decay in (0.3, 0.0):
        actual = follow(student.adamw_step, start, gradients, rates, weight_decay=decay)
        if decay and alike(actual[-1], reference(torch.optim.Adam, start, gradients, rates, weight_decay=decay)[-1]):
            feedback("decay-in-the-gradient")
        expected = reference(torch.optim.AdamW, start, gradients, rates, weight_decay=decay)
        check.close(actual, expected, name=f"the parameter, step by step, with weight_decay={decay}", rtol=1e-4, atol=1e-5)
    for options in ({"betas": (0.5, 0.9)}, {"eps": 0.5}):
        actual = follow(student.adamw_step, start, gradients, rates, weight_decay=0.1, **options)
        if alike(actual[-1], reference(torch.optim.AdamW, start, gradients, rates, weight_decay=0.1)[-1]):
            feedback("settings-lost")
        expected = reference(torch.optim.AdamW, start, gradients, rates, weight_decay=0.1, **options)
        check.close(actual, expected, name=f"the parameter, step by step, with {options}", rtol=1e-4, atol=1e-5)


def test_good_citizen(student):
    theta, g, m = (torch.randn(3, 2, dtype=torch.float64) for _ in range(3))
    v = torch.rand(3, 2, dtype=torch.float64)
    given, before = [theta, g, m, v], [t.clone() for t in (theta, g, m, v)]
    new_m, new_v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
    moved = theta - 0.1 * (new_m / (1 - 0.9**4)) / ((new_v / (1 - 0.999**4)).sqrt() + 1e-8)
    actual = student.adam_step(theta, g, m, v, 4, learning_rate=0.1)
    check.close(actual, (moved, new_m, new_v), name="(parameter, m, v) in float64")
    new_s = 0.99 * v + 0.01 * g**2
    actual = student.rmsprop_step(theta, g, v, learning_rate=0.1)
    check.close(actual, (theta - 0.1 * g / (new_s.sqrt() + 1e-8), new_s), name="(parameter, s) in float64")
    student.adamw_step(theta, g, m, v, 4, learning_rate=0.1, weight_decay=0.1)
    tiny, zero = torch.full((3,), 2e-8, dtype=torch.float64), torch.zeros(3, dtype=torch.float64)  # as small as eps
    for call, other in ((student.adam_step, torch.optim.Adam), (student.adamw_step, torch.optim.AdamW)):
        moved, *_ = call(zero, tiny, zero, zero, 1)
        check.close(moved, reference(other, zero, [tiny], [0.001])[0], name="a step with the usual eps", rtol=1e-6, atol=1e-9)
    moved, _ = student.rmsprop_step(zero, tiny, zero)
    expected = reference(torch.optim.RMSprop, zero, [tiny], [0.01])[0]
    check.close(moved, expected, name="rmsprop_step with the usual eps", rtol=1e-6, atol=1e-9)
    check.close(given, before, name="the arguments after the calls")
