"""Hidden tests: every entry of a mask is decided again here, and the weights are computed over the visible keys alone."""
import torch
from graders.examiner import check, feedback


def same(actual, right, name):
    check.dtype(actual, torch.bool, name=name)
    check.shape(actual, tuple(right.shape), name=name)
    check.equal(actual, right, name=name)


def test_causal(student):
    for length, past in ((5, 0), (1, 0), (3, 4), (1, 6), (4, 1), (2, 2)):
        right = torch.tensor([[key <= past + query for key in range(past + length)] for query in range(length)])
        answer = student.causal_mask(length, past)
        if isinstance(answer, torch.Tensor) and answer.shape == right.shape and answer.dtype == torch.bool:
            if past and torch.equal(answer, torch.ones_like(right).tril()):
                feedback("wrong-end")
            if (answer & ~right).any():
                feedback("future-visible")
        same(answer, right, f"causal_mask({length}, {past})")
    same(student.causal_mask(6), torch.ones(6, 6, dtype=torch.bool).tril(), "causal_mask(6)")


def test_padding(student):
    for lengths, size in (([3, 1, 5], 5), ([0, 2], 2), ([4], 7)):
        given = torch.tensor(lengths)
        right = torch.tensor([[place < length for place in range(size)] for length in lengths])
        same(student.padding_mask(given, size), right, f"padding_mask(lengths, {size})")
        check.equal(given.tolist(), lengths, name="lengths after the call")


def test_combined(student):
    for lengths, size in (([3, 1, 5], 5), ([2, 2], 4), ([1], 1), ([4, 0, 3, 2], 4)):
        for causal in (True, False):
            rows = [[[[key < n and (key <= query or not causal) for key in range(size)] for query in range(size)]] for n in lengths]
            right, answer = torch.tensor(rows), student.combined_mask(torch.tensor(lengths), size, causal)
            if isinstance(answer, torch.Tensor) and answer.shape == right.shape and answer.dtype == torch.bool:
                if not causal and torch.equal(answer, right.mT) and not torch.equal(answer, right):
                    feedback("queries-hidden")
            same(answer, right, f"combined_mask(lengths, {size}, {causal})")


def expected(scores, mask):
    mask = mask.expand(scores.shape)
    rows = []
    for row, seen in zip(scores.flatten(0, -2), mask.flatten(0, -2), strict=True):
        weights = torch.zeros_like(row)
        if seen.any():
            weights = weights.masked_scatter(seen, row[seen].softmax(0))
        rows.append(weights)
    return torch.stack(rows).view(scores.shape)


CASES = [((4, 6), (4, 6)), ((2, 3, 5, 5), (2, 1, 5, 5)), ((3, 1, 4), (3, 1, 4)), ((2, 4, 7), (1, 4, 7))]


def drawn(scale=1.0):
    for shape, form in CASES:
        mask = torch.rand(form) < 0.6
        mask[..., 0] = True
        yield torch.randn(shape) * scale, mask


def test_softmax(student):
    for scale in (1.0, 300.0):
        for scores, mask in drawn(scale):
            kept = scores.clone()
            weights = student.masked_softmax(scores, mask)
            check.close(weights, expected(scores, mask), name="masked_softmax(scores, mask)", rtol=1e-5, atol=1e-6)
            check.equal(bool((weights[~mask.expand(weights.shape)] == 0).all()), True, name="hidden weights are exactly 0")
            check.equal(scores, kept, name="scores after the call")
    scores, mask = torch.randn(2, 3, 4), torch.rand(2, 3, 4) < 0.5
    mask[0, 1], mask[1, 2] = False, False
    check.close(student.masked_softmax(scores, mask), expected(scores, mask), name="weights with a row without keys", rtol=1e-5, atol=1e-6)
    hot = torch.tensor([[1.0, torch.inf, 2.0], [1e30, 0.0, -1e30]])
    seen = torch.tensor([[True, False, True], [False, True, True]])
    check.close(student.masked_softmax(hot, seen), expected(hot, seen), name="weights beside a hidden infinity", rtol=1e-5, atol=1e-6)
    check.dtype(student.masked_softmax(torch.randn(2, 2, dtype=torch.float64), seen[:, :2]), torch.float64, name="weights of float64 scores")


def gradient(submission, scores, mask, direction):
    leaf = scores.clone().requires_grad_()
    (submission.masked_softmax(leaf, mask) * direction).sum().backward()
    return leaf.grad


def test_gradients(student):
    for scores, mask in drawn():
        if mask.shape[-2] > 1:
            mask[..., 0, :] = False  # a row without keys
        direction = torch.randn(scores.shape)
        leaf = scores.clone().requires_grad_()
        (expected(leaf, mask) * direction).sum().backward()
        actual = student.run(gradient, scores, mask, direction)
        check.finite(actual, name="gradient of the scores")
        check.close(actual, leaf.grad, name="gradient of the scores", rtol=1e-4, atol=1e-6)
