"""Hidden tests: many steps with random gradients, beside torch.optim.SGD, which runs here, outside the sandbox."""
import torch
from graders.examiner import check, feedback

SHAPES = [(4, 3), (5,), (2, 1, 3)]


def tensors():
    return [torch.randn(shape) for shape in SHAPES]


def reference(start, gradients, rates, **options):
    """The parameters after each step, by torch."""
    parameters = [p.clone().requires_grad_() for p in start]
    optimizer, path = torch.optim.SGD(parameters, lr=1.0, **options), []
    for gradient, rate in zip(gradients, rates, strict=True):
        for p, g in zip(parameters, gradient, strict=True):
            p.grad = g.clone()
        optimizer.param_groups[0]["lr"] = rate
        optimizer.step()
        path.append([p.detach().clone() for p in parameters])
    return path


def follow(student, start, gradients, rates, **options):
    """The parameters after each step, by the student."""
    parameters, velocities, path = start, None, []
    for gradient, rate in zip(gradients, rates, strict=True):
        parameters, velocities = student.momentum_step(parameters, gradient, velocities, rate, **options)
        path.append(parameters)
    return path


def alike(actual, expected):
    """Whether lists (of lists) of tensors agree, whatever the student returned."""
    if isinstance(expected, torch.Tensor):
        fits = isinstance(actual, torch.Tensor) and actual.shape == expected.shape and actual.dtype == expected.dtype
        return fits and torch.allclose(actual, expected, atol=1e-5)
    fits = isinstance(actual, list | tuple) and len(actual) == len(expected)
    return fits and all(alike(ours, theirs) for ours, theirs in zip(actual, expected, strict=True))


def test_sgd_values(student):
    for rate in (0.1, 1.0, 0.003):
        start, gradients = tensors(), tensors()
        actual = student.sgd_step(start, gradients, rate)
        if alike(actual, [p + rate * g for p, g in zip(start, gradients, strict=True)]):
            feedback("uphill")
        check.close(actual, reference(start, [gradients], [rate])[0], name="the new parameters")


def test_weight_decay(student):
    for rate, decay in [(0.1, 0.3), (0.5, 0.01)]:
        start, gradients = tensors(), tensors()
        expected = reference(start, [gradients], [rate], weight_decay=decay)[0]
        actual = student.sgd_step(start, gradients, rate, weight_decay=decay)
        pairs = list(zip(start, gradients, strict=True))
        if alike(actual, [p - rate * g - decay * p for p, g in pairs]):
            feedback("decay-without-learning-rate")
        if alike(actual, [p - rate * (g - decay * p) for p, g in pairs]):
            feedback("decay-grows")
        check.close(actual, expected, name=f"sgd_step with weight_decay={decay}")
    options = {"momentum": 0.8, "weight_decay": 0.2}
    start, gradients, rates = tensors(), [tensors() for _ in range(6)], [0.1] * 6
    actual, expected = (f(start, gradients, rates, **options) for f in (lambda *a, **o: follow(student, *a, **o), reference))
    check.close(actual, expected, name="momentum_step with weight_decay=0.2, step by step")


def test_the_first_step_of_momentum_is_plain(student):
    start, gradients = tensors(), tensors()
    parameters, velocities = student.momentum_step(start, gradients, None, 0.2, momentum=0.9)
    check.close(velocities, gradients, name="the velocities after the first step")
    check.close(parameters, reference(start, [gradients], [0.2])[0], name="the parameters after the first step")


def test_momentum_step_by_step(student):
    for momentum in (0.9, 0.5, 0.0):
        start, gradients = tensors(), [tensors() for _ in range(12)]
        rates = [0.1] * 6 + [0.01] * 6  # a schedule: the learning rate falls half-way
        actual = follow(student, start, gradients, rates, momentum=momentum)
        if momentum == 0.9:
            recognise(actual, start, gradients, rates, momentum)
        expected = reference(start, gradients, rates, momentum=momentum)
        check.close(actual, expected, name=f"the parameters, step by step, with momentum={momentum}")


def recognise(actual, start, gradients, rates, momentum):
    inside, averaged = [], []
    for path, rate_in, share in ((inside, True, 1.0), (averaged, False, 1 - momentum)):
        parameters, velocities = start, [torch.zeros_like(p) for p in start]
        for gradient, rate in zip(gradients, rates, strict=True):
            factor = rate if rate_in else share
            velocities = [momentum * v + factor * g for v, g in zip(velocities, gradient, strict=True)]
            parameters = [p - (1 if rate_in else rate) * v for p, v in zip(parameters, velocities, strict=True)]
            path.append(parameters)
    if alike(actual, inside):
        feedback("learning-rate-inside")
    if alike(actual, averaged):
        feedback("averaged")


def test_nesterov(student):
    start, gradients, rates = tensors(), [tensors() for _ in range(8)], [0.1] * 4 + [0.03] * 4
    for options in ({"momentum": 0.9}, {"momentum": 0.7, "weight_decay": 0.1}):
        actual = follow(student, start, gradients, rates, nesterov=True, **options)
        check.close(actual, reference(start, gradients, rates, nesterov=True, **options), name="nesterov, step by step")


def test_good_citizen(student):
    start, gradients, velocities = ([t.double() for t in tensors()] for _ in range(3))
    given = [*start, *gradients, *velocities]
    before = [t.clone() for t in given]
    parameters, new = student.momentum_step(start, gradients, velocities, 0.1, momentum=0.9, weight_decay=0.1)
    expected = [0.9 * v + g + 0.1 * p for p, g, v in zip(*(before[i : i + 3] for i in (0, 3, 6)), strict=True)]
    check.close(new, expected, name="the velocities in float64")
    check.close(parameters, [p - 0.1 * v for p, v in zip(before[:3], expected, strict=True)], name="the parameters in float64")
    moved = student.sgd_step(start, gradients, 0.1, weight_decay=0.1)
    check.close(moved, [p - 0.1 * (g + 0.1 * p) for p, g in zip(before[:3], before[3:6], strict=True)], name="sgd_step in float64")
    check.close(given, before, name="the arguments after the calls")
