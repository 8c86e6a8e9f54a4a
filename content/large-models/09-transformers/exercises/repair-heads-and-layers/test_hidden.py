"""Hidden tests: PyTorch's own encoder, given the same parameters, is the reference."""
import torch
from graders.examiner import check, feedback
from torch import nn

NAMES = {"norm1": "norm1", "norm2": "norm2", "linear1": "up", "linear2": "down", "self_attn.out_proj": "attention.out_proj"}


def shapes(width):
    """Parameters of one block, by their names."""
    own = {"norm1.weight": (width,), "norm1.bias": (width,), "norm2.weight": (width,), "norm2.bias": (width,)}
    own |= {"attention.in_proj_weight": (3 * width, width), "attention.in_proj_bias": (3 * width,)}
    own |= {"attention.out_proj.weight": (width, width), "attention.out_proj.bias": (width,)}
    return own | {"up.weight": (4 * width, width), "up.bias": (4 * width,), "down.weight": (width, 4 * width), "down.bias": (width,)}


def random_state(width, layers):
    state = {}
    for layer in range(layers):
        for name, shape in shapes(width).items():
            value = torch.randn(shape) * (1.3 / width**0.5 if len(shape) > 1 else 0.3)
            state[f"blocks.{layer}.{name}"] = value + 1 if name.startswith("norm") and name.endswith("weight") else value
    return state | {"norm.weight": 1 + 0.3 * torch.randn(width), "norm.bias": 0.3 * torch.randn(width)}


def expected(state, width, heads, layers, x, real=None, *, last_norm=True):
    layer = nn.TransformerEncoderLayer(width, heads, 4 * width, dropout=0.0, batch_first=True, norm_first=True)
    encoder = nn.TransformerEncoder(layer, layers, norm=nn.LayerNorm(width) if last_norm else None, enable_nested_tensor=False)
    theirs = {}
    for n in range(layers):
        for t, o in NAMES.items():
            theirs |= {f"layers.{n}.{t}.{part}": state[f"blocks.{n}.{o}.{part}"] for part in ("weight", "bias")}
        theirs |= {f"layers.{n}.self_attn.in_proj_{part}": state[f"blocks.{n}.attention.in_proj_{part}"] for part in ("weight", "bias")}
    if last_norm:
        theirs |= {"norm.weight": state["norm.weight"], "norm.bias": state["norm.bias"]}
    encoder.load_state_dict(theirs)
    with torch.no_grad():
        return encoder(x, src_key_padding_mask=None if real is None else ~real)


def encoder_with(student, state, width, heads, layers):
    encoder = student.Encoder(width, heads, layers)
    encoder.load_state_dict(state)
    return encoder


def heads_of_each_layer(submission, width, heads, layers):
    return [block.attention.num_heads for block in submission.Encoder(width, heads, layers).blocks]


def test_heads_and_layers(student):
    for width, heads, layers in [(12, 6, 2), (12, 2, 3), (8, 4, 1), (12, 1, 4)]:
        found = list(student.run(heads_of_each_layer, width, heads, layers))
        if found == [layers] * heads:
            feedback("swapped")
        check.equal(found, [heads] * layers, name=f"the heads of each layer of Encoder({width}, {heads}, {layers})")


def test_parameters(student):
    for width, heads, layers in [(12, 6, 2), (8, 2, 4)]:
        state = student.Encoder(width, heads, layers).state_dict()
        if len(state) < len(shapes(width)):
            feedback("hidden")
        wanted = {name: tuple(value.shape) for name, value in random_state(width, layers).items()}
        check.equal({name: tuple(value.shape) for name, value in state.items()}, wanted, name="the names and shapes of the parameters")


def identities(submission, width, heads, layers):
    encoder = submission.Encoder(width, heads, layers)
    return len({id(block) for block in encoder.blocks}), [block.up.weight.detach() for block in encoder.blocks]


def one_step(submission, width, heads, layers, x):
    import torch

    encoder = submission.Encoder(width, heads, layers)
    before = [parameter.detach().clone() for parameter in encoder.parameters()]
    optimizer = torch.optim.SGD(encoder.parameters(), lr=1.0)
    (encoder(x) * torch.arange(1.0, 1 + x.shape[-1])).cos().sum().backward()
    optimizer.step()
    return [bool((now != then).any()) for now, then in zip(encoder.parameters(), before)]


def test_own_weights(student):
    for width, heads, layers in [(12, 3, 2), (8, 2, 4)]:
        count, weights = student.run(identities, width, heads, layers)
        if count == 1:
            feedback("shared")
        check.equal(count, layers, name="the number of different blocks")
        for n in range(1, layers):
            assert not torch.allclose(weights[0], weights[n])
        changed = list(student.run(one_step, width, heads, layers, torch.randn(3, 5, width)))
        check.equal(changed, [True] * (12 * layers + 2), name="which parameters a training step changes")


def test_values(student):
    for width, heads, layers in [(12, 6, 2), (8, 2, 3), (12, 4, 1)]:
        state, x = random_state(width, layers), torch.randn(2, 5, width) * 2
        before, actual = x.clone(), encoder_with(student, state, width, heads, layers)(x)
        bare = expected(state, width, heads, layers, x, last_norm=False)
        if isinstance(actual, torch.Tensor) and actual.shape == bare.shape and torch.allclose(actual, bare, atol=1e-3):
            feedback("no-last-norm")
        check.close(actual, expected(state, width, heads, layers, x), name=f"Encoder({width}, {heads}, {layers})(x)", rtol=1e-4, atol=1e-4)
        check.equal(x, before, name="x after the call")


def test_padding(student):
    real = torch.tensor([[True] * 5, [True] * 3 + [False] * 2, [True] + [False] * 4])
    for width, heads, layers in [(12, 6, 2), (8, 2, 3)]:
        state, x = random_state(width, layers), torch.randn(3, 5, width)
        encoder, before = encoder_with(student, state, width, heads, layers), real.clone()
        actual, right = encoder(x, real), expected(state, width, heads, layers, x, real)
        turned = expected(state, width, heads, layers, x, ~real)[1]
        if isinstance(actual, torch.Tensor) and actual.shape == right.shape and torch.allclose(actual[1], turned, atol=1e-3):
            feedback("inverted")
        check.close(actual, right, name="the output with padding", rtol=1e-4, atol=1e-4)
        check.equal(real, before, name="real after the call")
