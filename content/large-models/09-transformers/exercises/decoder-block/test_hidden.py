"""Hidden tests: PyTorch's own decoder layer, given the same parameters, is the reference."""
import torch
from graders.examiner import check, feedback
from torch import nn

ATTENTION = ("w_q", "w_k", "w_v", "w_o")


def random_state(width, hidden):
    """Parameters that give sharp attention and norms of their own, so that mistakes show."""
    shapes = {f"{part}.{name}": (width, width) for part in ("own", "cross") for name in ATTENTION}
    shapes |= {"up": (hidden, width), "down": (width, hidden)}
    state = {f"{name}.weight": torch.randn(shape) * 1.3 / shape[1] ** 0.5 for name, shape in shapes.items()}
    state |= {f"{name}.bias": torch.randn(shape[0]) * 0.3 for name, shape in shapes.items()}
    for name in ("norm1", "norm2", "norm3"):
        state |= {f"{name}.weight": 1 + 0.3 * torch.randn(width), f"{name}.bias": 0.3 * torch.randn(width)}
    return state


def torch_layer(state, heads):
    hidden, width = state["up.weight"].shape
    layer = nn.TransformerDecoderLayer(width, heads, hidden, dropout=0.0, batch_first=True, norm_first=True)
    names = {"self_attn.out_proj": "own.w_o", "multihead_attn.out_proj": "cross.w_o", "linear1": "up", "linear2": "down"}
    names |= {name: name for name in ("norm1", "norm2", "norm3")}
    theirs = {f"{t}.{part}": state[f"{o}.{part}"] for t, o in names.items() for part in ("weight", "bias")}
    for t, o in (("self_attn", "own"), ("multihead_attn", "cross")):
        for part in ("weight", "bias"):
            theirs[f"{t}.in_proj_{part}"] = torch.cat([state[f"{o}.{name}.{part}"] for name in ATTENTION[:3]])
    layer.load_state_dict(theirs)
    return layer


def expected(state, heads, y, memory, source=None, *, causal=True):
    future = torch.ones(y.shape[1], y.shape[1], dtype=torch.bool).triu(1) if causal else None
    with torch.no_grad():
        return torch_layer(state, heads)(y, memory, tgt_mask=future, memory_key_padding_mask=None if source is None else ~source)


def block_with(student, state, heads):
    hidden, width = state["up.weight"].shape
    block = student.DecoderBlock(width, heads, hidden)
    block.load_state_dict(state)
    return block


def looks_like(actual, other):
    return isinstance(actual, torch.Tensor) and actual.shape == other.shape and torch.allclose(actual, other, atol=1e-3)


def close(actual, right, name):
    check.close(actual, right, name=name, rtol=1e-4, atol=1e-4)


def test_causal_mask(student):
    for length in (1, 2, 5, 9):
        mask = student.causal_mask(length)
        check.shape(mask, (length, length), name=f"causal_mask({length})")
        check.dtype(mask, torch.bool, name=f"causal_mask({length})")
        check.equal(mask, torch.tensor([[j <= i for j in range(length)] for i in range(length)]), name=f"causal_mask({length})")


def test_shift_right(student):
    for n, length, start in [(3, 6, 1), (1, 2, 0), (4, 1, 7), (2, 5, 99)]:
        targets = torch.randint(10, 50, (n, length))
        before, actual = targets.clone(), student.shift_right(targets, start)
        if length > 1 and looks_like(actual, torch.cat([targets[:, 1:], torch.full((n, 1), start)], 1)):
            feedback("shifted-left")
        if length > 1 and isinstance(actual, torch.Tensor) and actual.shape[1:2] == (length + 1,):
            feedback("not-shifted")
        rows = [[start, *row[:-1]] for row in before.tolist()]
        check.equal(actual, torch.tensor(rows), name="shift_right(targets, start)")
        check.equal(targets, before, name="targets after the call")
    check.dtype(student.shift_right(torch.tensor([[5, 6]], dtype=torch.int32), 1), torch.int32, name="shift_right of int32")


def test_layers(student):
    wanted = {name: tuple(value.shape) for name, value in random_state(12, 20).items()}
    state = student.DecoderBlock(12, 4, 20).state_dict()
    for name, shape in wanted.items():
        assert name in state, name
        check.shape(state[name], shape, name=name)
    assert set(state) == set(wanted)
    check.close(state["norm2.weight"], torch.ones(12), name="norm2.weight at the start")


def test_block(student):
    for width, heads, hidden, n, t, length in [(8, 1, 16, 2, 4, 6), (12, 3, 20, 3, 5, 5), (12, 4, 12, 1, 1, 7), (6, 2, 24, 4, 6, 2)]:
        state, y, memory = random_state(width, hidden), torch.randn(n, t, width), torch.randn(n, length, width) * 2 + 1
        actual = block_with(student, state, heads)(y, memory)
        right = expected(state, heads, y, memory)
        if t > 1 and looks_like(actual, expected(state, heads, y, memory, causal=False)):
            feedback("future-seen")
        again = nn.functional.layer_norm(memory, (width,), state["norm2.weight"], state["norm2.bias"])
        if looks_like(actual, expected(state, heads, y, again)) or looks_like(actual, expected(state, heads, y, nn.functional.layer_norm(memory, (width,)))):
            feedback("memory-normalised")
        other = block_with(student, state, heads)(y, memory + torch.randn_like(memory))
        if isinstance(actual, torch.Tensor) and looks_like(other, actual):
            feedback("no-cross")
        close(actual, right, f"DecoderBlock({width}, {heads}, {hidden})(y, memory)")


def test_the_future_has_no_influence(student):
    state, y, memory = random_state(8, 16), torch.randn(2, 6, 8), torch.randn(2, 6, 8)
    block = block_with(student, state, 2)
    first = block(y, memory)
    check.shape(first, (2, 6, 8), name="output")
    for mode, name in ((block.train, "in train mode"), (block.eval, "in eval mode")):
        mode()
        close(block(y, memory), first, f"output {name}")
        for place in (2, 5):
            changed = y.clone()
            changed[:, place:] = 3 * torch.randn(2, 6 - place, 8)  # a constant would be lost in the norm
            second = block(changed, memory)
            close(second[:, :place], first[:, :place], f"output before the changed position, {name}")
            assert not torch.allclose(second[:, place], first[:, place], atol=1e-2)
    other = memory.clone()
    other[:, 5] += 4
    assert not torch.allclose(block(y, other)[:, 0], first[:, 0], atol=1e-3)  # the whole source may be seen from the start


def test_source_padding(student):
    source = torch.tensor([[True] * 5, [True] * 3 + [False] * 2, [False, True, True, False, False]])
    for t in (1, 3, 5):  # 3 sequences and 3 positions: a mask on the wrong axis would fit
        state, y, memory = random_state(12, 20), torch.randn(3, t, 12), torch.randn(3, 5, 12)
        block, before = block_with(student, state, 3), source.clone()
        actual = block(y, memory, source)
        if looks_like(actual, expected(state, 3, y, memory)):
            feedback("padding-seen")
        close(actual, expected(state, 3, y, memory, source), "output with a padded source")
        check.equal(source, before, name="source after the call")
        filled = torch.where(source[..., None], memory, torch.full_like(memory, 30.0))
        close(block(y, filled, source), actual, "output beside another padding")


def gradients(submission, state, heads, y, memory, source):
    hidden, width = state["up.weight"].shape
    block = submission.DecoderBlock(width, heads, hidden)
    block.load_state_dict(state)
    y, memory = y.clone().requires_grad_(), memory.clone().requires_grad_()
    output = block(y, memory, source)
    (output * output.detach().cos()).sum().backward()
    return y.grad, memory.grad, {name: value.grad for name, value in block.named_parameters()}


def test_gradients(student):
    state, y, memory = random_state(8, 12), torch.randn(2, 4, 8), torch.randn(2, 3, 8)
    source = torch.tensor([[True, True, True], [True, True, False]])
    layer, ours, theirs = torch_layer(state, 2), y.clone().requires_grad_(), memory.clone().requires_grad_()
    output = layer(ours, theirs, tgt_mask=torch.ones(4, 4, dtype=torch.bool).triu(1), memory_key_padding_mask=~source)
    (output * output.detach().cos()).sum().backward()
    of_y, of_memory, of_parameters = student.run(gradients, state, 2, y, memory, source)
    check.close(of_y, ours.grad, name="gradient of y", rtol=1e-3, atol=1e-3)
    check.close(of_memory, theirs.grad, name="gradient of memory", rtol=1e-3, atol=1e-3)
    for name, part in (("up.weight", layer.linear1.weight), ("own.w_o.weight", layer.self_attn.out_proj.weight), ("cross.w_o.bias", layer.multihead_attn.out_proj.bias), ("norm1.weight", layer.norm1.weight), ("norm3.bias", layer.norm3.bias)):
        check.close(of_parameters[name], part.grad, name=f"gradient of {name}", rtol=1e-3, atol=1e-3)
    before = [y.clone(), memory.clone()]
    block_with(student, state, 2)(y, memory, source)
    check.equal(y, before[0], name="y after the call")
    check.equal(memory, before[1], name="memory after the call")
