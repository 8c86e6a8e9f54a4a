"""Hidden tests: random networks, with the gradients that autograd finds outside the sandbox."""
import torch
from graders.examiner import check, feedback

NAMES = ("W1", "b1", "W2", "b2")


def network(rows, inputs, units, classes, dtype=torch.float32):
    """(x, targets), (w1, b1, w2, b2)"""
    x, targets = torch.randn(rows, inputs, dtype=dtype), torch.randint(classes, (rows,))
    parameters = (torch.randn(units, inputs), torch.randn(units), torch.randn(classes, units), torch.randn(classes))
    return (x, targets), tuple(parameter.to(dtype) for parameter in parameters)


def expected_forward(x, w1, b1, w2, b2, *, relu=True):
    a = torch.einsum("nd,hd->nh", x, w1) + b1
    h = a.clamp_min(0) if relu else a
    return h, torch.einsum("nh,ch->nc", h, w2) + b2


def expected_loss(z, targets):
    return torch.nn.functional.cross_entropy(z, targets)


def expected_gradients(data, parameters):
    x, targets = data
    copies = [parameter.clone().requires_grad_() for parameter in parameters]
    return torch.autograd.grad(expected_loss(expected_forward(x, *copies)[1], targets), copies)


def looks_like(actual, other):
    return isinstance(actual, torch.Tensor) and actual.shape == other.shape and torch.allclose(actual, other, atol=1e-5, rtol=1e-4)


def part(actual, index):
    return actual[index] if isinstance(actual, (tuple, list)) and len(actual) > index else None


def test_forward(student):
    for sizes in [(6, 4, 5, 3), (3, 3, 3, 3), (1, 7, 2, 4)]:
        (x, _), parameters = network(*sizes)
        actual = student.forward(x, *parameters)
        check.length(actual, 2, name="forward(...)")
        for theirs, ours, name in zip(actual, expected_forward(x, *parameters), ("h", "z"), strict=True):
            check.close(theirs, ours, name=name, atol=1e-5, rtol=1e-5)


def test_loss(student):
    for rows, classes in [(8, 5), (3, 3), (1, 10)]:
        z, targets = torch.randn(rows, classes) * 3, torch.randint(classes, (rows,))
        actual, expected = student.cross_entropy(z, targets), expected_loss(z, targets)
        if rows > 1 and looks_like(actual, expected * rows):
            feedback("summed-loss")
        check.close(actual, expected, name="cross_entropy(z, targets)", rtol=1e-5)


def test_loss_with_large_logits(student):
    z = torch.tensor([[1000.0, 990.0, -1000.0], [-1000.0, -1001.0, -1000.0], [0.0, 500.0, 100.0]])
    for targets in ([1, 0, 2], [2, 1, 0]):
        check.close(student.cross_entropy(z, torch.tensor(targets)), expected_loss(z, torch.tensor(targets)), name="cross_entropy(large z, targets)")
    (x, targets), (w1, b1, w2, b2) = network(5, 4, 6, 3)
    parameters = (w1, b1, w2 * 300, b2)
    actual, expected = student.gradients(x, targets, *parameters), expected_gradients((x, targets), parameters)
    for theirs, ours, name in zip(actual, expected, NAMES, strict=True):
        check.close(theirs, ours, name=f"gradient of {name} with large logits", rtol=1e-3, atol=1e-3)


def test_gradients_of_the_last_layer(student):
    for sizes in [(7, 5, 6, 4), (4, 4, 4, 4)]:
        data, parameters = network(*sizes)
        actual, expected = student.gradients(*data, *parameters), expected_gradients(data, parameters)
        _, z = expected_forward(data[0], *parameters)
        check.length(actual, 4, name="gradients(...)")
        if looks_like(part(actual, 3), expected[3] * len(z)):
            feedback("summed-gradient")
        if looks_like(part(actual, 3), z.softmax(1).mean(0)):
            feedback("targets-missing")
        for index in (2, 3):
            check.close(actual[index], expected[index], name=f"gradient of {NAMES[index]}", rtol=1e-4, atol=1e-5)


def test_gradients_of_the_first_layer(student):
    for sizes in [(7, 5, 6, 4), (4, 4, 4, 4), (20, 3, 8, 2)]:
        data, parameters = network(*sizes)
        actual, expected = student.gradients(*data, *parameters), expected_gradients(data, parameters)
        check.length(actual, 4, name="gradients(...)")
        rows = len(data[0])
        _, z = expected_forward(data[0], *parameters)
        dz = (z.softmax(1) - torch.nn.functional.one_hot(data[1], z.shape[1])) / rows
        if looks_like(part(actual, 1), (dz @ parameters[2]).sum(0)):
            feedback("no-relu-mask")
        for index in (0, 1):
            check.close(actual[index], expected[index], name=f"gradient of {NAMES[index]}", rtol=1e-4, atol=1e-5)


def test_sizes_and_precision(student):
    for sizes in [(1, 5, 4, 3), (9, 1, 1, 2), (5, 3, 40, 30)]:
        data, parameters = network(*sizes, dtype=torch.float64)
        actual, expected = student.gradients(*data, *parameters), expected_gradients(data, parameters)
        for theirs, ours, name in zip(actual, expected, NAMES, strict=True):
            check.close(theirs, ours, name=f"gradient of {name} in float64", rtol=1e-9, atol=1e-12)
    # A unit whose input is exactly 0 passes nothing on.
    (x, targets), (w1, b1, w2, b2) = network(6, 4, 5, 3, dtype=torch.float64)
    parameters = (torch.zeros_like(w1), torch.zeros_like(b1), w2, b2)
    actual = student.gradients(x, targets, *parameters)
    check.close(actual[0], torch.zeros_like(w1), name="gradient of W1 where the ReLU stands at 0")
    check.close(student.cross_entropy(torch.zeros(2, 4, dtype=torch.float64), torch.tensor([1, 3])), torch.tensor(4.0, dtype=torch.float64).log(), name="cross_entropy in float64")


def without_autograd(submission, x, targets, parameters):
    import torch

    with torch.inference_mode():
        found = submission.gradients(x, targets, *parameters)
        return [gradient.clone() for gradient in found]


def test_good_citizen(student):
    data, parameters = network(6, 4, 5, 3)
    everything = (*data, *parameters)
    before = [tensor.clone() for tensor in everything]
    expected = expected_gradients(data, parameters)
    h, z = student.forward(data[0], *parameters)
    kept = z.clone()
    student.cross_entropy(z, data[1])
    check.close(z, kept, name="z after cross_entropy")
    for theirs, ours, name in zip(student.gradients(*everything), expected, NAMES, strict=True):
        check.close(theirs, ours, name=f"gradient of {name}", rtol=1e-4, atol=1e-5)
    for now, then, name in zip(everything, before, ("x", "targets", *NAMES), strict=True):
        check.close(now, then, name=f"{name} after the call")
    actual = student.run(without_autograd, *data, parameters)
    for theirs, ours, name in zip(actual, expected, NAMES, strict=True):
        check.close(theirs, ours, name=f"gradient of {name} in inference mode", rtol=1e-4, atol=1e-5)
