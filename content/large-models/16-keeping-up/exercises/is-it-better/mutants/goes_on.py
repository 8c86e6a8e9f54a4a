"""Goes on after a value that was too large. Must fail: test_holm."""
import math

import torch


def disagreements(
    old: torch.Tensor,  # (N,) int64
    new: torch.Tensor,  # (N,) int64
    target: torch.Tensor,  # (N,) int64
) -> tuple[int, int]:
    """How many examples only the new model gets right, and how many only the old one."""
    old_right, new_right = old == target, new == target  # (N,) each
    return int((new_right & ~old_right).sum()), int((old_right & ~new_right).sum())


def exact_p_value(b: int, c: int) -> float:
    """How probable it is that fair coins fall so unevenly or more, in either direction."""
    n = b + c
    tail = sum(math.comb(n, k) for k in range(max(b, c), n + 1))  # whole numbers: they have no largest value
    return min(1.0, 2 * tail / 2**n)


def resampled_gains(
    old: torch.Tensor,  # (N,) int64
    new: torch.Tensor,  # (N,) int64
    target: torch.Tensor,  # (N,) int64
    rows: torch.Tensor,  # (R, N) int64
) -> torch.Tensor:  # (R,) float64
    """The gain in accuracy on each sample of the examples."""
    gain = (new == target).double() - (old == target).double()  # (N,): 1, 0 or -1
    return gain[rows].mean(dim=1)


def holm(p_values: list[float], level: float = 0.05) -> list[bool]:
    """Which of several claims stand, although several were tested."""
    stands = [False] * len(p_values)
    for passed, place in enumerate(sorted(range(len(p_values)), key=lambda i: p_values[i])):
        if p_values[place] > level / (len(p_values) - passed):
            continue
        stands[place] = True
    return stands
