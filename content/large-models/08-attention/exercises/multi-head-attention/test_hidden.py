"""Hidden tests: the layers' own parameters are fetched or set, and the attention computed again head by head, outside."""
import torch
from graders.examiner import check, feedback

LAYERS = ("w_q", "w_k", "w_v", "w_o")


def random_state(width):
    """Parameters that give sharp attention, so that mistakes show."""
    state = {f"{name}.weight": torch.randn(width, width) * 1.5 / width**0.5 for name in LAYERS}
    return state | {f"{name}.bias": torch.randn(width) * 0.3 for name in LAYERS}


def model_with(student, state, heads):
    model = student.MultiHeadAttention(len(state["w_q.bias"]), heads)
    model.load_state_dict(state)
    return model


def project(state, name, x):
    return x @ state[f"{name}.weight"].T + state[f"{name}.bias"]


def attend(q, k, v, mask, scale):
    scores = torch.einsum("nid,njd->nij", q, k) * scale
    if mask is not None:
        scores = scores.masked_fill(~mask, -torch.inf)
    return torch.einsum("nij,njd->nid", scores.softmax(-1), v)


def expected(state, heads, x, context=None, mask=None, scale=None):
    context = x if context is None else context
    q, k, v = project(state, "w_q", x), project(state, "w_k", context), project(state, "w_v", context)
    d = q.shape[-1] // heads
    parts = []
    for h in range(heads):
        own = slice(h * d, (h + 1) * d)
        parts.append(attend(q[..., own], k[..., own], v[..., own], mask, d**-0.5 if scale is None else scale))
    return project(state, "w_o", torch.cat(parts, dim=-1))


def cut_without_transpose(state, heads, x):
    n, length, width = x.shape
    q, k, v = (project(state, name, x).reshape(n * heads, length, width // heads) for name in LAYERS[:3])
    return project(state, "w_o", attend(q, k, v, None, (width // heads) ** -0.5).reshape(n, length, width))


def joined_without_transpose(state, heads, x):
    n, length, width = x.shape
    q, k, v = (
        project(state, name, x).reshape(n, length, heads, -1).transpose(1, 2).reshape(n * heads, length, -1)
        for name in LAYERS[:3]
    )
    return project(state, "w_o", attend(q, k, v, None, (width // heads) ** -0.5).reshape(n, length, width))


def looks_like(actual, other):
    return isinstance(actual, torch.Tensor) and actual.shape == other.shape and torch.allclose(actual, other, atol=1e-4)


def close(actual, right, name):
    check.close(actual, right, name=name, rtol=1e-4, atol=2e-5)


def test_layers(student):
    state = student.MultiHeadAttention(12, 4).state_dict()
    for name in LAYERS:
        for part, shape in (("weight", (12, 12)), ("bias", (12,))):
            assert f"{name}.{part}" in state
            check.shape(state[f"{name}.{part}"], shape, name=f"{name}.{part}")
    assert len(state) == 8


def test_width_must_divide(student):
    student.MultiHeadAttention(12, 4)
    for width, heads in ((10, 4), (3, 6), (7, 2)):
        check.raises(ValueError, student.MultiHeadAttention, width, heads, name=f"MultiHeadAttention({width}, {heads})")


def test_shapes(student):
    for width, heads, n, length in [(8, 2, 3, 5), (6, 6, 1, 4), (10, 1, 2, 1)]:
        output = student.MultiHeadAttention(width, heads)(torch.randn(n, length, width))
        check.shape(output, (n, length, width), name="output")
        check.finite(output, name="output")


def test_one_head(student):
    state, x = random_state(8), torch.randn(2, 5, 8)
    close(model_with(student, state, 1)(x), expected(state, 1, x), "output with one head")


def test_many_heads(student):
    for width, heads, length in [(12, 3, 5), (12, 3, 6), (8, 8, 3), (16, 2, 7)]:
        state, x = random_state(width), torch.randn(2, length, width)
        actual = model_with(student, state, heads)(x)
        for key, wrong in [
            ("heads-not-split", expected(state, 1, x)),
            ("scaled-by-width", expected(state, heads, x, scale=width**-0.5)),
            ("positions-mixed", cut_without_transpose(state, heads, x)),
            ("not-joined", joined_without_transpose(state, heads, x)),
        ]:
            if looks_like(actual, wrong):
                feedback(key)
        close(actual, expected(state, heads, x), f"output with {heads} heads")


def test_mask(student):
    state, x = random_state(12), torch.randn(3, 6, 12)  # 3 sequences and 3 heads: a mask on the wrong axis would fit
    model = model_with(student, state, 3)
    causal = torch.ones(6, 6, dtype=torch.bool).tril()
    padding = torch.ones(3, 6, 6, dtype=torch.bool)
    padding[0, :, 4:] = False
    padding[2, :, 1:] = False
    for mask in (causal, padding, causal & padding):
        before = mask.clone()
        close(model(x, mask=mask), expected(state, 3, x, mask=mask), "output under a mask")
        assert torch.equal(mask, before)

    # Scores in the hundreds: a hidden key whose score is only somewhat low would win.
    loud = state | {"w_q.weight": state["w_q.weight"] * 300}
    actual = model_with(student, loud, 3)(x, mask=causal)
    check.close(actual, expected(loud, 3, x, mask=causal), name="output under a mask, with large scores", rtol=1e-3, atol=5e-3)


def test_the_future_has_no_influence(student):
    state, x = random_state(8), torch.randn(2, 6, 8)
    model, mask = model_with(student, state, 2), torch.ones(6, 6, dtype=torch.bool).tril()
    first = model(x, mask=mask)
    check.shape(first, (2, 6, 8), name="output")
    check.causal(lambda changed: model(changed, mask=mask), x, name="output", atol=2e-5)
    for position in (3, 5):
        changed = x.clone()
        changed[:, position:] += 5
        second = model(changed, mask=mask)
        close(second[:, :position], first[:, :position], "output before the changed position")
        assert not torch.allclose(second[:, position], first[:, position], atol=1e-3)


def test_cross_attention(student):
    state, x, context = random_state(12), torch.randn(2, 4, 12), torch.randn(2, 7, 12)
    model = model_with(student, state, 4)
    close(model(x, context), expected(state, 4, x, context), "output with a context")
    mask = torch.rand(2, 4, 7) < 0.6
    mask[..., 3] = True
    close(model(x, context, mask), expected(state, 4, x, context, mask), "output with a context and a mask")


def gradients(submission, state, heads, x, mask):
    model = submission.MultiHeadAttention(x.shape[-1], heads)
    model.load_state_dict(state)
    (model(x, mask=mask) ** 2).sum().backward()
    return {name: parameter.grad for name, parameter in model.named_parameters()}


def test_sequences_are_independent(student):
    state, x = random_state(8), torch.randn(4, 5, 8)
    model, before = model_with(student, state, 4), x.clone()
    together = model(x)
    check.close(x, before, name="x after the call")
    close(model(x[2:3]), together[2:3], "output of one sequence alone")
    close(model(x.flip(0)).flip(0), together, "output in reverse order")

    for mask in (None, torch.ones(5, 5, dtype=torch.bool).tril()):
        ours = {name: t.clone().requires_grad_() for name, t in state.items()}
        (expected(ours, 4, x, x, mask) ** 2).sum().backward()
        actual = student.run(gradients, state, 4, x, mask)
        for name, tensor in ours.items():
            check.close(actual[name], tensor.grad, name=f"gradient of {name}", rtol=1e-3, atol=1e-3)
