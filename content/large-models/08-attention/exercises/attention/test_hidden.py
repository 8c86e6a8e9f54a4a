"""Hidden tests: random inputs against a reference that is computed here, outside the sandbox."""
import torch
from graders.examiner import check, feedback


def softmax_rows(scores, allowed):
    """A softmax over the last axis among the allowed entries; rows without any become zeros."""
    shifted = scores.masked_fill(~allowed, -torch.inf)
    top = shifted.amax(-1, keepdim=True)
    powers = torch.exp(shifted - torch.where(top.isinf(), torch.zeros_like(top), top))
    total = powers.sum(-1, keepdim=True)
    return torch.where(total > 0, powers / total.clamp_min(1e-30), torch.zeros_like(powers))


def expected_weights(q, k, mask=None, scale=None):
    scores = torch.einsum("...id,...jd->...ij", q, k) * (k.shape[-1] ** -0.5 if scale is None else scale)
    allowed = torch.ones_like(scores, dtype=torch.bool) if mask is None else mask.expand(scores.shape)
    return softmax_rows(scores, allowed)


def looks_like(actual, other):
    return (
        isinstance(actual, torch.Tensor)
        and actual.shape == other.shape
        and actual.dtype == other.dtype
        and torch.allclose(actual, other, rtol=1e-3, atol=1e-5)
    )


def test_shapes(student):
    for lead in [(), (3,), (2, 3)]:
        q, k, v = torch.randn(*lead, 5, 6), torch.randn(*lead, 7, 6), torch.randn(*lead, 7, 4)
        check.shape(student.attention_weights(q, k), (*lead, 5, 7), name="attention_weights(q, k)")
        check.shape(student.attention(q, k, v), (*lead, 5, 4), name="attention(q, k, v)")


def test_rows_are_distributions(student):
    q, k = torch.randn(3, 6, 4) * 3, torch.randn(3, 9, 4) * 3
    weights = student.attention_weights(q, k)
    check.shape(weights, (3, 6, 9), name="attention_weights(q, k)")
    check.finite(weights, name="attention_weights(q, k)")
    if looks_like(weights.sum(-2), torch.ones(3, 9)):
        feedback("softmax-over-queries")
    assert (weights >= 0).all()
    check.close(weights.sum(-1), torch.ones(3, 6), name="attention_weights(q, k).sum(-1)")


def test_scores_are_scaled(student):
    for width, keys in [(64, 10), (4, 50), (1, 3)]:
        q, k = torch.randn(2, 8, width), torch.randn(2, keys, width)
        weights = student.attention_weights(q, k)
        for key, scale in [("not-scaled", 1.0), ("scaled-by-width", 1 / width), ("scaled-by-length", keys**-0.5)]:
            if width > 1 and looks_like(weights, expected_weights(q, k, scale=scale)):
                feedback(key)
        check.close(weights, expected_weights(q, k), name="attention_weights(q, k)")


def attention_of_heads(submission, x, v):
    x = x.transpose(1, 2)  # heads before positions, not contiguous; made here, since what crosses the border is
    return submission.attention(x, x, v)


def test_output_is_the_weighted_mean(student):
    for lead in [(), (2, 3)]:
        q, k, v = torch.randn(*lead, 5, 8), torch.randn(*lead, 5, 8), torch.randn(*lead, 5, 8)
        expected = torch.einsum("...ij,...jd->...id", expected_weights(q, k), v)
        check.close(student.attention(q, k, v), expected, name="attention(q, k, v)")
    x, v = torch.randn(2, 6, 3, 8), torch.randn(2, 3, 6, 5)
    heads = x.transpose(1, 2)  # (2, 3, 6, 8)
    actual, expected = student.run(attention_of_heads, x, v), expected_weights(heads, heads) @ v
    check.close(actual, expected, name="attention(q, k, v) of tensors that are not contiguous")


def test_mask(student):
    q, k, v = torch.randn(2, 3, 6, 4), torch.randn(2, 3, 6, 4), torch.randn(2, 3, 6, 5)
    causal = torch.ones(6, 6, dtype=torch.bool).tril()
    padding = torch.rand(2, 1, 1, 6) < 0.6
    padding[..., 0] = True
    padding[0, ..., 5] = False
    for mask in [causal, padding, causal & padding]:
        weights = student.attention_weights(q, k, mask)
        if looks_like(weights, expected_weights(q, k, ~mask)):
            feedback("mask-inverted")
        if looks_like(weights, expected_weights(q, k) * mask):
            feedback("mask-after-softmax")
        check.close(weights, expected_weights(q, k, mask), name="attention_weights(q, k, mask)")
        assert (weights.masked_select(~mask.expand(weights.shape)) == 0).all()
        check.close(student.attention(q, k, v, mask), expected_weights(q, k, mask) @ v, name="attention(q, k, v, mask)")


def test_query_without_keys(student):
    q, k, v = torch.randn(2, 4, 8), torch.randn(2, 5, 8), torch.randn(2, 5, 3)
    mask = torch.rand(2, 4, 5) < 0.7
    mask[..., 0] = True
    mask[0, 2] = False
    mask[1] = False
    weights = student.attention_weights(q, k, mask)
    if isinstance(weights, torch.Tensor) and weights.isnan().any():
        feedback("nan-row")
    expected = expected_weights(q, k, mask)
    check.close(weights, expected, name="attention_weights(q, k, mask)")
    check.close(student.attention(q, k, v, mask), expected @ v, name="attention(q, k, v, mask)")


def test_large_scores(student):
    q = torch.tensor([[1000.0, 0.0], [-1000.0, 0.0], [60.0, 60.0]])
    k = torch.tensor([[10.0, 0.0], [0.0, 1.0], [3.0, 3.0]])
    check.close(student.attention_weights(q, k), expected_weights(q, k), name="attention_weights(q, k)")
    # A key that must not be seen stays unseen, however large its score.
    mask = torch.tensor([False, True, True])
    check.close(student.attention_weights(q, k, mask), expected_weights(q, k, mask), name="attention_weights(q, k, mask)")
    low = torch.full((1, 2), -3e5)
    keys = torch.tensor([[1e5, 0.0], [1e5, 1.0], [2e5, 2e5]])
    weights = student.attention_weights(low, keys, mask)
    if isinstance(weights, torch.Tensor) and weights.shape == (1, 3) and weights[0, 0] > 0.5:
        feedback("finite-fill")
    check.close(weights, expected_weights(low, keys, mask), name="attention_weights(q, k, mask)")
    q, k, v = (torch.randn(3, 5, 4, dtype=torch.float64) for _ in range(3))
    mask = torch.ones(5, 5, dtype=torch.bool).tril()
    check.close(student.attention(q, k, v, mask), expected_weights(q, k, mask) @ v, name="attention(q, k, v, mask)")


def gradients(submission, q, k, v, mask):
    import torch

    q, k, v = (t.clone().requires_grad_() for t in (q, k, v))
    output = submission.attention(q, k, v, mask)
    return torch.autograd.grad((output * torch.arange(1.0, 1 + output.shape[-1])).sum(), (q, k, v))


def test_good_citizen(student):
    q, k, v = torch.randn(2, 5, 8), torch.randn(2, 6, 8), torch.randn(2, 6, 3)
    mask = torch.rand(2, 5, 6) < 0.7
    mask[..., 2] = True
    before = [t.clone() for t in (q, k, v, mask)]
    student.attention(q, k, v, mask)
    student.attention_weights(q, k, mask)
    for now, then, name in zip((q, k, v, mask), before, ("q", "k", "v", "mask"), strict=True):
        check.unchanged(now, then, name=name)

    for given in (mask, None):
        inputs = [t.clone().requires_grad_() for t in (q, k, v)]
        output = expected_weights(inputs[0], inputs[1], given) @ inputs[2]
        expected = torch.autograd.grad((output * torch.arange(1.0, 4.0)).sum(), inputs)
        actual = student.run(gradients, q, k, v, given)
        for ours, theirs, name in zip(expected, actual, ("q", "k", "v"), strict=True):
            check.gradient(theirs, ours, name=f"gradient of {name}")
