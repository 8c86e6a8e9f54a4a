"""Hidden tests: causal attention over the whole sequence is computed outside, head by head, from the layer's parameters."""
import torch
from graders.examiner import check, feedback

LAYERS = ("w_q", "w_k", "w_v", "w_o")


def random_state(width):
    """Parameters that give sharp attention, so that mistakes show."""
    state = {f"{name}.weight": torch.randn(width, width) * 1.5 / width**0.5 for name in LAYERS}
    return state | {f"{name}.bias": torch.randn(width) * 0.3 for name in LAYERS}


def layer(student, state, heads):
    model = student.CachedAttention(len(state["w_q.bias"]), heads)
    model.load_state_dict(state)
    return model


def heads_of(state, name, x, heads):
    projected = x @ state[f"{name}.weight"].T + state[f"{name}.bias"]
    return torch.stack(projected.chunk(heads, dim=-1), dim=1)  # (N, heads, L, d)


def expected(state, heads, x, mask=None):
    """The output of all positions, each looking at itself and those before it, or as the mask says."""
    q, k, v = (heads_of(state, name, x, heads) for name in LAYERS[:3])
    mask = torch.ones(x.shape[1], x.shape[1]).tril().bool() if mask is None else mask
    scores = torch.einsum("nhid,nhjd->nhij", q, k) * q.shape[-1] ** -0.5
    y = torch.einsum("nhij,nhjd->nhid", scores.masked_fill(~mask, -torch.inf).softmax(-1), v)
    return torch.cat(y.unbind(1), dim=-1) @ state["w_o.weight"].T + state["w_o.bias"]


def looks_like(actual, other):
    return isinstance(actual, torch.Tensor) and actual.shape == other.shape and torch.allclose(actual, other, atol=1e-4)


def close(actual, right, name):
    check.close(actual, right, name=name, rtol=1e-4, atol=2e-5)


def two(answer):
    """The output and the cache, or a finding that says what there is instead."""
    check.length(answer, 2, name="the result of forward")
    check.length(answer[1], 2, name="the cache")
    return answer


def test_mask(student):
    for past, new in ((0, 4), (4, 3), (5, 1), (1, 6)):
        right = torch.tensor([[j <= past + i for j in range(past + new)] for i in range(new)])
        check.close(student.causal_mask(past, new), right, name=f"causal_mask({past}, {new})")


def test_without_a_cache(student):
    for width, heads, n, length in [(12, 3, 2, 5), (8, 1, 3, 4), (8, 8, 1, 6), (6, 2, 2, 1)]:
        state, x = random_state(width), torch.randn(n, length, width)
        before = x.clone()
        output, _ = two(layer(student, state, heads)(x))
        check.close(x, before, name="x after the call")
        if length > 1 and looks_like(output, expected(state, heads, x, torch.ones(length, length).bool())):
            feedback("sees-the-future")
        close(output, expected(state, heads, x), "output without a cache")


def test_one_by_one(student):
    state, x = random_state(12), torch.randn(2, 6, 12)
    model, right, cache = layer(student, state, 3), expected(state, 3, x), None
    for i in range(6):
        output, cache = two(model(x[:, i : i + 1], cache))
        if i and looks_like(output, expected(state, 3, x, torch.eye(6).bool())[:, i : i + 1]):
            feedback("past-forgotten")
        first = torch.zeros(6, 6).bool()
        first[:, 0] = True
        if i and looks_like(output, expected(state, 3, x, first)[:, i : i + 1]):
            feedback("oldest-only")
        close(output, right[:, i : i + 1], f"output of position {i}")


def test_in_pieces(student):
    for lengths in ((3, 4), (1, 5, 2), (4, 1, 3), (2, 2, 2, 2)):
        state, x = random_state(8), torch.randn(3, sum(lengths), 8)
        model, right, cache, past = layer(student, state, 2), expected(state, 2, x), None, 0
        for length in lengths:
            output, cache = two(model(x[:, past : past + length], cache))
            here = slice(past, past + length)
            open_mask = torch.ones(x.shape[1], x.shape[1]).tril().bool()
            open_mask[here, here] = True
            if length > 1 and looks_like(output, expected(state, 2, x, open_mask)[:, here]):
                feedback("sees-the-future")
            close(output, right[:, here], f"output of positions {past} to {past + length - 1}")
            past += length


def test_cache_contents(student):
    state, x = random_state(12), torch.randn(2, 7, 12)
    model, cache, past = layer(student, state, 4), None, 0
    for length in (3, 1, 3):
        _, cache = two(model(x[:, past : past + length], cache))
        past += length
        for part, name, word in ((cache[0], "w_k", "keys"), (cache[1], "w_v", "values")):
            close(part, heads_of(state, name, x[:, :past], 4), f"{word} in the cache")


def test_two_continuations(student):
    state, x = random_state(8), torch.randn(2, 5, 8)
    other = torch.randn(2, 2, 8)
    model = layer(student, state, 2)
    _, cache = two(model(x[:, :3]))
    keys, values = cache[0].clone(), cache[1].clone()
    first, _ = two(model(x[:, 3:], (keys, values)))
    second, _ = two(model(other, (keys, values)))
    close(keys, cache[0], "keys of the old cache after two continuations")
    close(values, cache[1], "values of the old cache after two continuations")
    close(first, expected(state, 2, x)[:, 3:], "output of the first continuation")
    close(second, expected(state, 2, torch.cat([x[:, :3], other], 1))[:, 3:], "output of the second continuation")


def gradients(submission, state, heads, x):
    model = submission.CachedAttention(x.shape[-1], heads)
    model.load_state_dict(state)
    first, cache = model(x[:, :2])
    second, _ = model(x[:, 2:], cache)
    (first.square().sum() + second.square().sum()).backward()
    return {name: parameter.grad for name, parameter in model.named_parameters()}


def test_gradients(student):
    state, x = random_state(8), torch.randn(3, 5, 8)
    ours = {name: t.clone().requires_grad_() for name, t in state.items()}
    expected(ours, 4, x).square().sum().backward()
    actual = student.run(gradients, state, 4, x)
    for name, tensor in ours.items():
        check.close(actual[name], tensor.grad, name=f"gradient of {name}", rtol=1e-3, atol=1e-3)
