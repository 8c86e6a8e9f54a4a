"""In the examiner: how much of its tolerance each comparison of a test uses, where the solution is right.

The tests run as they are, with three things watched: ``check.close``, ``torch.testing.assert_close`` and each
``assert a < b`` between numbers. What they saw leaves as a finding of the test, and no student is there to read it.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from typing import Any

import torch

from graders.examiner import check, context
from graders.strength.words import GAPS, KEY

_MOST_GAPS = 30
_COMPARISONS: dict[str, Callable[[Any, Any], Any]] = {
    "Lt": operator.lt,
    "LtE": operator.le,
    "Gt": operator.gt,
    "GtE": operator.ge,
}
worst: dict[str, float] = {}  #: of the running test: what was compared -> the part of the tolerance that was used
gaps: dict[str, float] = {}  #: of the running test: an inequality -> how far it was from being wrong


def watch() -> None:
    """Stand between the tests and what compares for them; once per process."""
    if not hasattr(check, "gradus_watched"):
        check.gradus_watched = True  # type: ignore[attr-defined]  # this process is only there to measure
        check._close_tensors = _between(check._close_tensors)
        check._close_numbers = _between(check._close_numbers)
        torch.testing.assert_close = _between(torch.testing.assert_close)


def begin() -> None:
    worst.clear()
    gaps.clear()


def _between(compare: Callable[..., Any]) -> Callable[..., Any]:
    def compared(actual: Any, expected: Any, **options: Any) -> Any:
        name = str(options.get("name", "assert_close"))
        share = _share(actual, expected, options.get("rtol"), options.get("atol"))
        worst[name] = max(worst.get(name, 0.0), share)
        return compare(actual, expected, **options)

    return compared


def _share(actual: Any, expected: Any, rtol: float | None, atol: float | None) -> float:
    """The largest part of the tolerance that any value uses."""
    if isinstance(actual, int | float) and isinstance(expected, int | float):
        rtol, atol = 1e-6 if rtol is None else rtol, 1e-8 if atol is None else atol
        actual, expected = torch.tensor(float(actual)).double(), torch.tensor(float(expected)).double()
    if not (isinstance(actual, torch.Tensor) and isinstance(expected, torch.Tensor)) or actual.shape != expected.shape:
        return 0.0
    if not actual.numel() or not (actual.is_floating_point() and expected.is_floating_point()):
        return 0.0
    usual = check._TOLERANCES.get(expected.dtype, (0.0, 0.0))
    rtol, atol = usual[0] if rtol is None else rtol, usual[1] if atol is None else atol
    ours, theirs = expected.detach().double(), actual.detach().double()
    allowed, off = atol + rtol * ours.abs(), (theirs - ours).abs()
    known = torch.isfinite(off) & (off > 0)
    return float((off[known] / allowed[known].clamp_min(1e-300)).max()) if bool(known.any()) else 0.0


def ordered(kind: str, text: str, left: Any, right: Any) -> Any:
    """``left < right``, and by how much; only of fractions, since counts have no tolerance."""
    small, large = (left, right) if kind in ("Lt", "LtE") else (right, left)
    numbers = [value for value in (small, large) if isinstance(value, int | float) and math.isfinite(value)]
    if len(numbers) == 2 and any(isinstance(value, float) for value in numbers):
        gaps[text] = min(gaps.get(text, math.inf), float(large) - float(small))
    return _COMPARISONS[kind](left, right)


def tell() -> None:
    """The comparison with the thinnest margin, and how near each inequality was, as findings."""
    if worst:
        name = max(worst, key=lambda known: worst[known])
        context.feedback(KEY, used=worst[name], name=name)
    if gaps:
        context.feedback(GAPS, **{text[:60]: gap for text, gap in list(gaps.items())[:_MOST_GAPS]})
