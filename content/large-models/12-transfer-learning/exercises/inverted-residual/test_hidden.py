"""Hidden tests: the block is computed again outside, from its own parameters, by the operations' definitions."""
import torch
from graders.examiner import check, feedback
from torch.nn import functional as F

CONVOLUTIONS = ("expand", "depthwise", "project")
NORMS = ("norm1", "norm2", "norm3")
CASES = [(8, 8, 1, 4), (8, 8, 2, 4), (4, 6, 1, 3), (6, 4, 2, 2), (3, 3, 1, 1), (5, 5, 1, 6)]


def shapes(inputs, outputs, expansion):
    hidden = inputs * expansion
    layers = {"expand": (hidden, inputs, 1, 1), "depthwise": (hidden, 1, 3, 3), "project": (outputs, hidden, 1, 1)}
    found = {f"{name}.weight": shape for name, shape in layers.items()}
    for name, size in zip(NORMS, (hidden, hidden, outputs), strict=True):
        found |= {f"{name}.{part}": (size,) for part in ("weight", "bias", "running_mean", "running_var")}
    return found


def random_state(inputs, outputs, expansion):
    """Large enough that ReLU6 is met at both ends."""
    state = {}
    for name, shape in shapes(inputs, outputs, expansion).items():
        state[name] = torch.randn(shape) * (1.0 if name.startswith(("expand", "project")) else 0.7)
        if name.endswith("running_var"):
            state[name] = torch.rand(shape) + 0.3
        if name in ("norm1.weight", "norm2.weight"):
            state[name] = 2.0 + 3 * torch.rand(shape)
    return state | {f"{name}.num_batches_tracked": torch.tensor(0) for name in NORMS}


def normalised(state, name, y, training, moved=None):
    if training:
        mean, variance = y.mean((0, 2, 3)), y.var((0, 2, 3), unbiased=False)
        if moved is not None:  # a tenth of the way towards the batch, whose variance is taken without bias
            for part, seen in (("running_mean", mean), ("running_var", y.var((0, 2, 3)))):
                moved[f"{name}.{part}"] = 0.9 * state[f"{name}.{part}"] + 0.1 * seen
    else:
        mean, variance = state[f"{name}.running_mean"], state[f"{name}.running_var"]
    scale = state[f"{name}.weight"] / torch.sqrt(variance + 1e-5)
    return (y - mean[:, None, None]) * scale[:, None, None] + state[f"{name}.bias"][:, None, None]


def expected(state, x, stride, *, training=False, ceiling=6.0, shortcut=True, moved=None):
    y = torch.einsum("nchw,dc->ndhw", x, state["expand.weight"][:, :, 0, 0])
    y = normalised(state, "norm1", y, training, moved).clamp(0, ceiling)
    padded = F.pad(y, (1, 1, 1, 1))
    windows = padded.unfold(2, 3, stride).unfold(3, 3, stride)  # (N, C, H, W, 3, 3)
    y = torch.einsum("nchwij,cij->nchw", windows, state["depthwise.weight"][:, 0])
    y = normalised(state, "norm2", y, training, moved).clamp(0, ceiling)
    y = torch.einsum("nchw,dc->ndhw", y, state["project.weight"][:, :, 0, 0])
    y = normalised(state, "norm3", y, training, moved)
    return y + x if shortcut and stride == 1 and x.shape[1] == y.shape[1] else y


def block(student, state, inputs, outputs, stride, expansion):
    model = student.InvertedResidual(inputs, outputs, stride, expansion)
    model.load_state_dict(state)
    return model


def looks_like(actual, other):
    return isinstance(actual, torch.Tensor) and actual.shape == other.shape and torch.allclose(actual, other, atol=1e-3)


def test_layers(student):
    for inputs, outputs, stride, expansion in CASES:
        state = student.InvertedResidual(inputs, outputs, stride, expansion).state_dict()
        wanted = shapes(inputs, outputs, expansion)
        for name, shape in wanted.items():
            assert name in state
            check.shape(state[name], shape, name=name)
        assert {name for name in state if not name.endswith("num_batches_tracked")} == set(wanted)
    check.shape(student.InvertedResidual(4, 4).state_dict()["expand.weight"], (16, 4, 1, 1), name="expand.weight")


def test_shapes(student):
    for inputs, outputs, stride, expansion in CASES:
        for height, width in ((8, 8), (7, 5), (1, 2)):
            output = student.InvertedResidual(inputs, outputs, stride, expansion)(torch.randn(3, inputs, height, width))
            check.shape(output, (3, outputs, -(-height // stride), -(-width // stride)), name="output")
    check.shape(student.InvertedResidual(4, 4)(torch.randn(1, 4, 5, 5)), (1, 4, 5, 5), name="output with the usual stride")


def test_values_in_evaluation(student):
    for inputs, outputs, stride, expansion in CASES:
        state, x = random_state(inputs, outputs, expansion), torch.randn(4, inputs, 7, 6)
        before = x.clone()
        actual = block(student, state, inputs, outputs, stride, expansion).eval()(x)
        check.close(x, before, name="x after the call")
        if isinstance(actual, torch.Tensor) and (actual >= 0).all():
            feedback("relu-at-the-end")
        if looks_like(actual, expected(state, x, stride, ceiling=torch.inf)):
            feedback("not-capped")
        check.close(actual, expected(state, x, stride), name="output in eval mode", rtol=1e-3, atol=1e-3)


def test_values_in_training(student):
    for inputs, outputs, stride, expansion in CASES:
        state, x = random_state(inputs, outputs, expansion), torch.randn(6, inputs, 6, 7)
        model = block(student, state, inputs, outputs, stride, expansion).train()
        moved = {}
        right = expected(state, x, stride, training=True, moved=moved)
        check.close(model(x), right, name="output in train mode", rtol=2e-3, atol=2e-3)
        after = model.state_dict()
        for name, value in moved.items():
            check.close(after[name], value, name=f"{name} after a batch", rtol=2e-3, atol=2e-3)


def test_shortcut(student):
    for inputs, outputs, stride, expansion in CASES:
        state, x = random_state(inputs, outputs, expansion), torch.randn(2, inputs, 6, 6)
        model = block(student, state, inputs, outputs, stride, expansion).eval()
        without = expected(state, x, stride, shortcut=False)
        right = expected(state, x, stride)
        if not torch.equal(right, without) and looks_like(model(x), without):
            feedback("no-shortcut")
        check.close(model(x), right, name="output", rtol=1e-3, atol=1e-3)


def gradients(submission, state, sizes, x):
    model = submission.InvertedResidual(*sizes)
    model.load_state_dict(state)
    x = x.clone().requires_grad_()
    model.eval()(x).square().mean().backward()
    return {name: parameter.grad for name, parameter in model.named_parameters()} | {"x": x.grad}


def test_gradients(student):
    for sizes in ((4, 4, 1, 2), (4, 6, 2, 3)):
        state, x = random_state(sizes[0], sizes[1], sizes[3]), torch.randn(5, 4, 6, 6)
        found = student.run(gradients, state, sizes, x)
        leaves = {name: value.clone() for name, value in state.items()}
        for name in leaves:
            if name.endswith(("weight", "bias")):
                leaves[name].requires_grad_()
        inputs = x.clone().requires_grad_()
        expected(leaves, inputs, sizes[2]).square().mean().backward()
        for name, leaf in [*leaves.items(), ("x", inputs)]:
            if leaf.requires_grad:
                check.close(found[name], leaf.grad, name=f"gradient of {name}", rtol=1e-2, atol=1e-2)
