"""Hidden tests: every number worked out again with math.sin and math.cos."""
import math

import torch
from graders.examiner import check, feedback


def reference(places, width, base=10000.0):
    rows = []
    for p in places:
        row = []
        for i in range(width // 2):
            angle = p * base ** (-2 * i / width)
            row += [math.sin(angle), math.cos(angle)]
        rows.append(row)
    return torch.tensor(rows, dtype=torch.float64).reshape(-1, width).float()


def one_speed_per_column(places, width):
    rows = [[(math.cos if c % 2 else math.sin)(p * 10000.0 ** (-c / width)) for c in range(width)] for p in places]
    return torch.tensor(rows)


def looks_like(actual, other):
    return isinstance(actual, torch.Tensor) and actual.shape == other.shape and torch.allclose(actual.float(), other, atol=1e-4)


def test_encoding(student):
    for length, width in [(7, 4), (5, 12), (12, 5 * 2), (40, 64), (3, 2)]:
        actual, expected = student.sinusoidal_encoding(length, width), reference(range(length), width)
        if width > 2 and looks_like(actual, torch.cat([expected[:, 0::2], expected[:, 1::2]], dim=1)):
            feedback("halves")
        if width > 2 and looks_like(actual, one_speed_per_column(range(length), width)):
            feedback("speed-per-column")
        check.close(actual, expected, name=f"sinusoidal_encoding({length}, {width})")


def test_start_and_base(student):
    check.close(student.sinusoidal_encoding(6, 8, 5), reference(range(5, 11), 8), name="sinusoidal_encoding(6, 8, 5)")
    check.close(student.sinusoidal_encoding(4, 6, start=-2), reference(range(-2, 2), 6), name="sinusoidal_encoding with start -2")
    check.close(student.sinusoidal_encoding(9, 8, base=50.0), reference(range(9), 8, 50.0), name="sinusoidal_encoding with base 50")
    check.close(student.sinusoidal_encoding(9, 8, 3, 500000.0), reference(range(3, 12), 8, 5e5), name="sinusoidal_encoding with base 500000")


def test_far_positions(student):
    start = 1_000_003
    actual = student.sinusoidal_encoding(5, 16, start)
    check.close(actual, reference(range(start, start + 5), 16), name=f"sinusoidal_encoding(5, 16, {start})", atol=1e-5)


def test_widths(student):
    for width in (5, 1, 0, -2):
        check.raises(ValueError, student.sinusoidal_encoding, 3, width, name=f"sinusoidal_encoding(3, {width})")
    check.shape(student.sinusoidal_encoding(0, 4), (0, 4), name="sinusoidal_encoding(0, 4)")
    check.close(student.sinusoidal_encoding(1, 4), reference([0], 4), name="sinusoidal_encoding(1, 4)")


def gradient(submission, x):
    import torch

    x = x.clone().requires_grad_()
    (slope,) = torch.autograd.grad((submission.add_positions(x) ** 2).sum(), x)
    return slope


def test_add_positions(student):
    for n, length, width in [(3, 5, 8), (5, 3, 8), (4, 4, 4), (1, 6, 2)]:
        x = torch.randn(n, length, width)
        before, actual = x.clone(), student.add_positions(x)
        if n > 1 and looks_like(actual, before + reference(range(n), width)[:, None]):
            feedback("along-batch")
        expected = before + reference(range(length), width)
        check.close(actual, expected, name="add_positions(x)")
        check.close(x, before, name="x after the call")
        check.close(student.run(gradient, x), 2 * expected, name="the gradient of x")
    x = torch.randn(2, 4, 6)
    check.close(student.add_positions(x, 10), x + reference(range(10, 14), 6), name="add_positions(x, 10)")
    x = torch.randn(2, 4, 6, dtype=torch.float64)
    check.close(student.add_positions(x), x + reference(range(4), 6).double(), name="add_positions(x) in float64", atol=1e-6)


def test_shift(student):
    for distance, width in [(1, 4), (3, 8), (-5, 6), (40, 16), (1_000_003, 16)]:
        matrix, places = student.shift_matrix(distance, width), torch.arange(20)
        check.shape(matrix, (width, width), name=f"shift_matrix({distance}, {width})")
        check.dtype(matrix, torch.float32, name=f"shift_matrix({distance}, {width})")
        moved = reference(places.tolist(), width) @ matrix.T
        if looks_like(moved, reference((places - distance).tolist(), width)):
            feedback("backwards")
        check.close(moved, reference((places + distance).tolist(), width), name="PE(p) moved by your matrix", atol=2e-5)
        assert int((matrix != 0).sum()) <= 2 * width
    moved = reference(range(6), 4, 100.0) @ student.shift_matrix(2, 4, 100.0).T
    check.close(moved, reference(range(2, 8), 4, 100.0), name="PE(p) moved by your matrix, base 100", atol=2e-5)
    check.raises(ValueError, student.shift_matrix, 1, 3, name="shift_matrix(1, 3)")
