"""Hidden tests: PyTorch's own encoder layer, given the same parameters, is the reference."""
import torch
from graders.examiner import check, feedback
from torch import nn


def random_parameters(width, hidden):
    """Parameters that give sharp attention and norms of their own, so that mistakes show."""
    shapes = {**dict.fromkeys("qkvo", (width, width)), "up": (hidden, width), "down": (width, hidden)}
    made = {f"{name}.weight": torch.randn(shape) * 1.3 / shape[1] ** 0.5 for name, shape in shapes.items()}
    made |= {f"{name}.bias": torch.randn(shape[0]) * 0.3 for name, shape in shapes.items()}
    for name in ("norm1", "norm2"):
        made |= {f"{name}.weight": 1 + 0.3 * torch.randn(width), f"{name}.bias": 0.3 * torch.randn(width)}
    return made


def torch_layer(parameters, heads, norm_first=True):
    hidden, width = parameters["up.weight"].shape
    layer = nn.TransformerEncoderLayer(width, heads, hidden, dropout=0.0, batch_first=True, norm_first=norm_first)
    names = {"self_attn.out_proj": "o", "linear1": "up", "linear2": "down", "norm1": "norm1", "norm2": "norm2"}
    state = {f"{theirs}.{part}": parameters[f"{ours}.{part}"] for theirs, ours in names.items() for part in ("weight", "bias")}
    for part in ("weight", "bias"):
        state[f"self_attn.in_proj_{part}"] = torch.cat([parameters[f"{name}.{part}"] for name in "qkv"])
    layer.load_state_dict(state)
    return layer  # in training mode: no shortcut, and no dropout


def expected(x, parameters, heads, real=None, norm_first=True):
    with torch.no_grad():
        return torch_layer(parameters, heads, norm_first)(x, src_key_padding_mask=None if real is None else ~real)


def looks_like(actual, other):
    return isinstance(actual, torch.Tensor) and actual.shape == other.shape and torch.allclose(actual, other, atol=1e-3)


def close(actual, right, name):
    check.close(actual, right, name=name, rtol=1e-4, atol=1e-4)


def test_layer_norm(student):
    for shape in [(6,), (3, 4), (2, 5, 8), (4, 4, 4)]:
        x, weight, bias = torch.randn(shape) * 3 + 2, torch.randn(shape[-1]), torch.randn(shape[-1])
        actual = student.layer_norm(x, weight, bias)
        plain = (x - x.mean(-1, keepdim=True)) / (x.var(-1, keepdim=True) + 1e-5) ** 0.5
        if looks_like(actual, plain * weight + bias):
            feedback("unbiased")
        if x.dim() > 1:
            across = (x - x.mean(0)) / (x.var(0, unbiased=False) + 1e-5) ** 0.5
            if looks_like(actual, across * weight + bias):
                feedback("over-batch")
        close(actual, nn.functional.layer_norm(x, x.shape[-1:], weight, bias), "layer_norm(x, weight, bias)")
    x, one = torch.randn(3, 4) * 1e-2, torch.ones(4)
    close(student.layer_norm(x, one, one, 0.1), nn.functional.layer_norm(x, (4,), one, one, 0.1), "layer_norm with eps 0.1")
    close(student.layer_norm(x, one, one), nn.functional.layer_norm(x, (4,), one, one), "layer_norm of small numbers")
    close(student.layer_norm(torch.ones(2, 4), one, one * 0.5), torch.full((2, 4), 0.5), "layer_norm of equal numbers")


def test_self_attention(student):
    for width, heads, n, length in [(8, 1, 2, 5), (12, 3, 3, 4)]:
        parameters, x = random_parameters(width, 2 * width), torch.randn(n, length, width) * 2
        parameters |= {"down.weight": torch.zeros(width, 2 * width), "down.bias": torch.zeros(width)}
        right = expected(x, parameters, heads)
        actual = student.encoder_block(x, parameters, heads)
        if looks_like(actual, right - x):
            feedback("no-residual")
        plain = {**parameters, "norm1.weight": torch.ones(width), "norm1.bias": torch.zeros(width)}
        with torch.no_grad():
            direct = x + torch_layer(plain, heads).self_attn(x, x, x, need_weights=False)[0]
        if looks_like(actual, direct):
            feedback("not-normalised")
        close(actual, right, "encoder_block without MLP")


def test_mlp(student):
    for width, hidden in [(6, 24), (8, 8), (4, 10)]:
        parameters, x = random_parameters(width, hidden), torch.randn(2, 3, width)
        parameters |= {"o.weight": torch.zeros(width, width), "o.bias": torch.zeros(width)}
        close(student.encoder_block(x, parameters, 2), expected(x, parameters, 2), "encoder_block without attention")


def test_block(student):
    for width, heads, hidden, n, length in [(8, 1, 32, 2, 5), (12, 3, 20, 3, 6), (12, 4, 12, 1, 1), (6, 6, 24, 4, 3), (16, 2, 64, 2, 16)]:
        parameters, x = random_parameters(width, hidden), torch.randn(n, length, width)
        close(student.encoder_block(x, parameters, heads), expected(x, parameters, heads), f"encoder_block with {heads} heads")


def test_post_norm(student):
    for width, heads in [(8, 2), (12, 4)]:
        parameters, x = random_parameters(width, 3 * width), torch.randn(2, 5, width) * 2
        right = expected(x, parameters, heads, norm_first=False)
        close(student.encoder_block(x, parameters, heads, norm_first=False), right, "encoder_block with norm_first=False")


def test_padding(student):
    parameters, x = random_parameters(12, 24), torch.randn(3, 6, 12)
    real = torch.tensor([[True] * 6, [True] * 4 + [False] * 2, [True, False, True, True, False, False]])
    for norm_first in (True, False):
        actual = student.encoder_block(x, parameters, 3, real, norm_first)
        if looks_like(actual, expected(x, parameters, 3, None, norm_first)):
            feedback("padding-seen")
        if looks_like(actual[1:2], expected(x[1:2], parameters, 3, ~real[1:2], norm_first)):
            feedback("inverted")
        close(actual, expected(x, parameters, 3, real, norm_first), "encoder_block with padding")
    changed = torch.where(real[..., None], x, torch.full_like(x, 50.0))
    after = student.encoder_block(changed, parameters, 3, real)
    close(after[real], student.encoder_block(x, parameters, 3, real)[real], "tokens beside another padding")


def test_parameter_count(student):
    for width, hidden in [(4, 16), (768, 3072), (10, 7), (1, 1)]:
        layer = nn.TransformerEncoderLayer(width, 1, hidden)
        check.equal(student.parameter_count(width, hidden), sum(p.numel() for p in layer.parameters()), name=f"parameter_count({width}, {hidden})")


def gradients(submission, x, parameters, heads, real, norm_first):
    x = x.clone().requires_grad_()
    own = {name: value.clone().requires_grad_() for name, value in parameters.items()}
    output = submission.encoder_block(x, own, heads, real, norm_first)
    (output * output.detach().cos()).sum().backward()
    return x.grad, {name: value.grad for name, value in own.items()}


def norm_gradients(submission, x, weight, bias):
    inputs = [value.clone().requires_grad_() for value in (x, weight, bias)]
    (submission.layer_norm(*inputs) ** 3).sum().backward()
    return [value.grad for value in inputs]


def test_good_citizen(student):
    parameters, x = random_parameters(8, 16), torch.randn(2, 4, 8)
    real = torch.tensor([[True] * 4, [True, True, False, False]])
    before = [x.clone(), real.clone(), {name: value.clone() for name, value in parameters.items()}]
    for norm_first in (True, False):
        student.encoder_block(x, parameters, 2, real, norm_first)
        for now, then, name in zip((x, real, parameters), before, ("x", "real", "parameters"), strict=True):
            check.close(now, then, name=f"{name} after the call")
        inputs = x.clone().requires_grad_()
        layer = torch_layer(parameters, 2, norm_first)
        output = layer(inputs, src_key_padding_mask=~real)
        (output * output.detach().cos()).sum().backward()
        slope, slopes = student.run(gradients, x, parameters, 2, real, norm_first)
        check.close(slope, inputs.grad, name="gradient of x", rtol=1e-3, atol=1e-3)
        for name, part in (("up.weight", layer.linear1.weight), ("down.bias", layer.linear2.bias), ("o.weight", layer.self_attn.out_proj.weight), ("norm1.weight", layer.norm1.weight), ("norm2.bias", layer.norm2.bias)):
            check.close(slopes[name], part.grad, name=f"gradient of {name}", rtol=1e-3, atol=1e-3)
        joined = torch.cat([slopes[f"{name}.weight"] for name in "qkv"])
        check.close(joined, layer.self_attn.in_proj_weight.grad, name="gradients of q, k and v", rtol=1e-3, atol=1e-3)
    x, weight, bias = torch.randn(3, 5), torch.randn(5), torch.randn(5)
    kept = [x.clone(), weight.clone(), bias.clone()]
    student.layer_norm(x, weight, bias)
    for now, then, name in zip((x, weight, bias), kept, ("x", "weight", "bias"), strict=True):
        check.close(now, then, name=f"{name} after layer_norm")
    inputs = [value.clone().requires_grad_() for value in kept]
    (nn.functional.layer_norm(inputs[0], (5,), inputs[1], inputs[2]) ** 3).sum().backward()
    for ours, theirs, name in zip(inputs, student.run(norm_gradients, *kept), ("x", "weight", "bias"), strict=True):
        check.close(theirs, ours.grad, name=f"gradient of {name} through layer_norm", rtol=1e-3, atol=1e-3)
