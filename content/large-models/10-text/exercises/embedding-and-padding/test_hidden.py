"""Hidden tests: one-hot products and loops in Python are the reference."""
import torch
from graders.examiner import check, feedback


def looks_like(actual, other):
    return isinstance(actual, torch.Tensor) and actual.shape == other.shape and torch.allclose(actual.to(other), other, atol=1e-5)


def test_pad(student):
    for rows, padding in [([[3, 4], [5], [6, 7, 8]], 0), ([[1, 2, 3]], 0), ([[7, 0, 7], [0]], 0), ([[4], [2, 9]], 9), ([[], [5, 5]], 0), ([[]], 3), ([[1], [2], [3]], -1)]:
        before = [list(row) for row in rows]
        answer = student.pad(rows, padding)
        check.length(answer, 2, name=f"pad({before}, {padding})")
        ids, mask = answer
        length = max(map(len, before))
        wanted = torch.tensor([row + [padding] * (length - len(row)) for row in before], dtype=torch.int64).reshape(len(before), length)
        real = torch.tensor([[j < len(row) for j in range(length)] for row in before], dtype=torch.bool).reshape(len(before), length)
        check.equal(ids, wanted, name=f"the ids of pad({before}, {padding})")
        if looks_like(mask, wanted != padding) and not looks_like(mask, real):
            feedback("guessed-mask")
        check.dtype(mask, torch.bool, name=f"the mask of pad({before}, {padding})")
        check.equal(mask, real, name=f"the mask of pad({before}, {padding})")
        check.equal(rows, before, name="rows after the call")
    ids, _ = student.pad([[1, 2], [3]])
    check.equal(ids, torch.tensor([[1, 2], [3, 0]]), name="the ids of pad([[1, 2], [3]])")


def slopes_of_table(submission, table, ids):
    table = table.clone().requires_grad_()
    (submission.embed(table, ids) ** 2).sum().backward()
    return table.grad


def test_embed(student):
    for size, width, shape in [(6, 4, (3, 5)), (5, 5, (5, 5)), (9, 1, (7,)), (4, 3, (2, 3, 2)), (3, 2, ()), (3, 2, (2, 0))]:
        table, ids = torch.randn(size, width), torch.randint(0, size, shape)
        before = table.clone(), ids.clone()
        one_hot = (ids[..., None] == torch.arange(size)).float()
        check.close(student.embed(table, ids), one_hot @ table, name="embed(table, ids)")
        check.equal(table, before[0], name="table after the call")
        check.equal(ids, before[1], name="ids after the call")
        counts = one_hot.reshape(-1, size).sum(0)
        check.close(student.run(slopes_of_table, table, ids), 2 * table * counts[:, None], name="gradient of the table", atol=1e-4)
    large, ids = torch.randn(100_000, 4), torch.randint(0, 100_000, (40, 50))
    check.equal(student.embed(large, ids), large[ids], name="embed with a table of 100,000 rows")
    check.dtype(student.embed(torch.zeros(3, 2, dtype=torch.float64), torch.tensor([1])), torch.float64, name="embed in float64")


def test_ids_out_of_range(student):
    table = torch.randn(4, 3)
    check.close(student.embed(table, torch.tensor([[0, 3]])), table[[0, 3]][None], name="embed of the first and the last id")
    for ids in ([[4]], [[0, 1], [2, 99]], [[-1, 2]], [[-4]]):
        check.raises(IndexError, student.embed, table, torch.tensor(ids), name=f"embed with ids {ids} and 4 rows")


def reference_mean(h, mask):
    rows = []
    for vectors, real in zip(h, mask):
        kept = [vector for vector, is_real in zip(vectors, real.tolist()) if is_real]
        rows.append(torch.stack(kept).mean(0) if kept else torch.zeros(h.shape[-1], dtype=h.dtype))
    return torch.stack(rows)


def slopes_of_mean(submission, h, mask):
    h = h.clone().requires_grad_()
    (submission.masked_mean(h, mask) ** 2).sum().backward()
    return h.grad


def test_masked_mean(student):
    for n, length, width in [(3, 5, 4), (4, 4, 4), (1, 1, 2), (2, 6, 1)]:
        h, mask = torch.randn(n, length, width), torch.rand(n, length) < 0.6
        mask[0, 0] = True
        mask[-1, 1:] = False
        before = h.clone(), mask.clone()
        actual, expected = student.masked_mean(h, mask), reference_mean(h, mask)
        if looks_like(actual, (h * mask[..., None]).sum(1) / length) and length > 1:
            feedback("divided-by-length")
        if n == length and looks_like(actual, (h * mask[..., None]).sum(0) / mask.sum(0).clamp(min=1)[:, None]):
            feedback("over-the-batch")
        check.close(actual, expected, name="masked_mean(h, mask)")
        check.equal(h, before[0], name="h after the call")
        check.equal(mask, before[1], name="mask after the call")
        ours = h.clone().requires_grad_()
        (reference_mean(ours, mask) ** 2).sum().backward()
        check.close(student.run(slopes_of_mean, h, mask), ours.grad, name="gradient of h", atol=1e-5)
    h = torch.randn(3, 4, 2)
    mask = torch.tensor([[True] * 4, [False] * 4, [False, True, False, False]])
    check.close(student.masked_mean(h, mask), reference_mean(h, mask), name="masked_mean with an empty text")
    check.close(student.masked_mean(h.double(), mask), reference_mean(h.double(), mask), name="masked_mean in float64")


def test_padding_cannot_leak(student):
    h, mask = torch.randn(3, 4, 2), torch.tensor([[True, True, False, False], [True, True, True, False], [False] * 4])
    expected = reference_mean(h, mask)
    for value in (1e30, float("inf"), float("nan")):
        spoilt = torch.where(mask[..., None], h, torch.full_like(h, value))
        check.close(student.masked_mean(spoilt, mask), expected, name=f"masked_mean with {value} at the padding")
    longer, more = torch.cat([h, torch.randn(3, 5, 2)], 1), torch.cat([mask, torch.zeros(3, 5, dtype=torch.bool)], 1)
    check.close(student.masked_mean(longer, more), expected, name="masked_mean of a longer batch")


def test_gradient(student):
    for n, length, width, size, padding in [(3, 5, 4, 6, None), (2, 8, 3, 4, 0), (4, 4, 4, 4, 3), (1, 1, 2, 9, None), (2, 3, 1, 5, 4)]:
        ids, slopes = torch.randint(0, size, (n, length)), torch.randn(n, length, width)
        ids[0, 0] = size - 1
        ids[-1, -1] = size - 1
        before = ids.clone(), slopes.clone()
        actual = student.embedding_gradient(ids, slopes, size, padding)
        last, full = torch.zeros(size, width), torch.zeros(size, width)
        for row, column in ((r, c) for r in range(n) for c in range(length)):
            last[ids[row, column]] = slopes[row, column]
            full[ids[row, column]] += slopes[row, column]
        if padding is not None and looks_like(actual, full) and full[padding].any():
            feedback("padding-learns")
        if padding is not None:
            last[padding], full[padding] = 0, 0
        if looks_like(actual, last) and not looks_like(full, last):
            feedback("last-wins")
        check.close(actual, full, name="embedding_gradient(ids, slopes, size, padding)", atol=1e-5)
        check.equal(ids, before[0], name="ids after the call")
        check.equal(slopes, before[1], name="slopes after the call")
    double = student.embedding_gradient(torch.tensor([[1, 1]]), torch.ones(1, 2, 3, dtype=torch.float64), 2)
    check.close(double, torch.tensor([[0.0] * 3, [2.0] * 3], dtype=torch.float64), name="embedding_gradient in float64")
