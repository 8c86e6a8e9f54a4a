"""Hidden tests: random layers against sums that are written out here."""
import torch
from graders.examiner import check, feedback


def expected_linear(x, weight, bias):
    return torch.einsum("...i,oi->...o", x, weight) + bias


def expected_mlp(x, layers):
    for weight, bias in layers[:-1]:
        x = expected_linear(x, weight, bias).clamp_min(0)
    return expected_linear(x, *layers[-1])


def random_layers(*sizes):
    return [(torch.randn(n_out, n_in) / n_in**0.5, torch.randn(n_out)) for n_in, n_out in zip(sizes, sizes[1:])]


def looks_like(actual, other):
    return isinstance(actual, torch.Tensor) and actual.shape == other.shape and torch.allclose(actual, other, atol=1e-4)


def test_linear_shapes(student):
    weight, bias = torch.randn(5, 4), torch.randn(5)
    for lead in [(), (1,), (3,), (2, 3), (2, 3, 6)]:
        check.shape(student.linear(torch.randn(*lead, 4), weight, bias), (*lead, 5), name="linear(x, weight, bias)")
    x = torch.randn(3, 2, 4)
    actual, expected = student.run(turned, x, weight, bias), expected_linear(x.transpose(0, 1), weight, bias)
    check.close(actual, expected, name="linear(x, weight, bias) with two axes of x exchanged")


def turned(submission, x, weight, bias):
    return submission.linear(x.transpose(0, 1), weight, bias)  # made here: what crosses the border is contiguous


def test_linear_values(student):
    for n_in, n_out in [(4, 4), (6, 3), (1, 5)]:
        x, weight, bias = torch.randn(7, n_in), torch.randn(n_out, n_in), torch.randn(n_out)
        actual = student.linear(x, weight, bias)
        if n_in == n_out and looks_like(actual, expected_linear(x, weight.T, bias)):
            feedback("weight-transposed")
        check.close(actual, expected_linear(x, weight, bias), name="linear(x, weight, bias)")
        check.close(student.linear(x, weight), expected_linear(x, weight, torch.zeros(n_out)), name="linear(x, weight)")


def test_bias(student):
    # As many vectors as outputs: a bias added along the wrong axis has a fitting shape.
    weight, bias = torch.randn(4, 3), torch.randn(4)
    actual = student.linear(torch.zeros(4, 3), weight, bias)
    check.close(actual, bias.expand(4, 4).clone(), name="linear(zeros, weight, bias)")


def test_mlp_values(student):
    for sizes in [(3, 2), (5, 8, 3), (4, 6, 6, 6, 2), (2, 9, 1, 7)]:
        layers = random_layers(*sizes)
        for lead in [(), (6,), (2, 3)]:
            x = torch.randn(*lead, sizes[0])
            check.close(student.mlp(x, list(layers)), expected_mlp(x, layers), name="mlp(x, layers)")


def test_hidden_layers_use_relu(student):
    layers, x = random_layers(4, 16, 16, 3), torch.randn(20, 4) * 30  # large enough for what ReLU does not cut off
    actual, linear = student.mlp(x, list(layers)), x
    for layer in layers:
        linear = expected_linear(linear, *layer)
    if looks_like(actual, linear):
        feedback("no-relu")
    check.close(actual, expected_mlp(x, layers), name="mlp(x, layers)", rtol=1e-4, atol=1e-3)


def test_last_layer_is_free(student):
    layers, x = random_layers(4, 8, 5), torch.randn(30, 4)
    layers[-1] = (layers[-1][0], layers[-1][1] - 1)  # mostly negative logits
    actual, expected = student.mlp(x, list(layers)), expected_mlp(x, layers)
    if looks_like(actual, expected.clamp_min(0)):
        feedback("relu-on-logits")
    if looks_like(actual, expected.softmax(-1)):
        feedback("softmax-on-logits")
    check.close(actual, expected, name="mlp(x, layers)")
    check.close(student.mlp(x, layers[:1]), expected_mlp(x, layers[:1]), name="mlp(x, one layer)")


def gradients(submission, x, layers):
    import torch

    layers = [(weight.clone().requires_grad_(), bias.clone().requires_grad_()) for weight, bias in layers]
    y = submission.mlp(x, layers)
    return torch.autograd.grad((y * y).sum() / 2, [parameter for layer in layers for parameter in layer])


def test_good_citizen(student):
    x = torch.randn(6, 4, dtype=torch.float64)
    layers = [(weight.double(), bias.double()) for weight, bias in random_layers(4, 7, 3)]
    before = [x.clone(), *[t.clone() for layer in layers for t in layer]]
    check.close(student.mlp(x, list(layers)), expected_mlp(x, layers), name="mlp in float64")
    given = list(layers)
    student.mlp(x, given)
    check.length(given, 2, name="the list of layers after the call")
    student.linear(x, *layers[0])
    after = [x, *[t for layer in layers for t in layer]]
    for now, then, name in zip(after, before, ("x", "weight 1", "bias 1", "weight 2", "bias 2"), strict=True):
        check.close(now, then, name=f"{name} after the call")

    copies = [(weight.clone().requires_grad_(), bias.clone().requires_grad_()) for weight, bias in layers]
    y = expected_mlp(x, copies)
    expected = torch.autograd.grad((y * y).sum() / 2, [t for layer in copies for t in layer])
    for theirs, ours, name in zip(student.run(gradients, x, layers), expected, ("W1", "b1", "W2", "b2"), strict=True):
        check.close(theirs, ours, name=f"gradient of {name}")
