"""Comparisons that say what is wrong with the student's value and nothing about the right one.

Each looks in the same order (exists, type, shape, dtype, finite, value) and raises at the first difference. The student
sees the finding; the instructor also sees the expected value, in the exception's text. What is told is the student's
side alone: where their NaN begins, that a gradient is missing, that a mask leaks; never what should have come out.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, NoReturn

import numpy as np
import torch

from graders.examiner import context, differing
from graders.examiner.failures import StudentError
from graders.examiner.remote import is_remote, type_name_of
from graders.report import Finding
from graders.wire import device_of

#: dtype -> (rtol, atol), as torch.testing.assert_close has them
_TOLERANCES = {
    torch.float16: (1e-3, 1e-5),
    torch.bfloat16: (1.6e-2, 1e-5),
    torch.float32: (1.3e-6, 1e-5),
    torch.float64: (1e-7, 1e-7),
    torch.complex64: (1.3e-6, 1e-5),
    torch.complex128: (1e-7, 1e-7),
}


#: Kinds of arrays that are compared as tensors are.
NUMBERS = frozenset("biufc")


class CheckFailed(AssertionError):
    """A check found a difference. The findings are for the student, the text for the instructor."""

    def __init__(self, text: str, *findings: Finding) -> None:
        super().__init__(text)
        self.findings = findings


def close(
    actual: Any, expected: Any, *, name: str = "the result", rtol: float | None = None, atol: float | None = None
) -> None:
    """Numbers, tensors, arrays, or lists, tuples and dicts of them, equal up to rounding; NaN never is."""
    if expected is not None:
        exists(actual, name=name)
    if isinstance(expected, torch.Tensor):
        _close_tensors(_tensor(actual, name), expected, name=name, rtol=rtol, atol=atol)
    elif isinstance(expected, np.ndarray):
        if not isinstance(actual, np.ndarray):
            _wrong_type(actual, "an array", name)
        if not {actual.dtype.kind, expected.dtype.kind} <= NUMBERS:
            _same_items(actual, expected, name)
            return
        pair = torch.from_numpy(actual.copy()), torch.from_numpy(np.array(expected))
        _close_tensors(*pair, name=name, rtol=rtol, atol=atol)
    elif isinstance(expected, Mapping):
        if not isinstance(actual, Mapping):
            _wrong_type(actual, "a dict", name)
        if set(actual) != set(expected):
            text = f"keys {sorted(map(str, expected))} were expected"
            raise CheckFailed(text, *differing.keys(actual, expected, name=name))
        for key in expected:
            close(actual[key], expected[key], name=f"{name}[{key!r}]", rtol=rtol, atol=atol)
    elif isinstance(expected, Sequence) and not isinstance(expected, str | bytes):
        length(actual, len(expected), name=name)
        for index, (ours, theirs) in enumerate(zip(actual, expected, strict=True)):
            close(ours, theirs, name=f"{name}[{index}]", rtol=rtol, atol=atol)
    elif isinstance(expected, int | float) and not isinstance(expected, bool):
        _close_numbers(actual, expected, name=name, rtol=rtol, atol=atol)
    else:
        equal(actual, expected, name=name)


def equal(actual: Any, expected: Any, *, name: str = "the result") -> None:
    """Exactly equal, and of the same kind: 1 is not True, 1.0 is not 1."""
    if isinstance(expected, torch.Tensor | np.ndarray):
        close(actual, expected, name=name, rtol=0.0, atol=0.0)
        return
    if expected is not None:
        exists(actual, name=name)
    if isinstance(expected, np.str_ | np.bytes_):
        expected = expected.item()
    same_kind = isinstance(actual, type(expected)) and isinstance(actual, bool) == isinstance(expected, bool)
    if not same_kind:
        _wrong_type(actual, type(expected).__name__, name)
    if actual != expected:
        told = differing.plain(actual, expected, name=name)
        text = f"{actual!r} is not {expected!r}"
        raise CheckFailed(text, *(told or [context.finding("wrong-value", name=name, value=_told(actual))]))


def true(actual: Any, *, name: str = "the result") -> None:
    """True itself, as a Python, NumPy or torch boolean."""
    equal(_boolean(actual), expected=True, name=name)


def false(actual: Any, *, name: str = "the result") -> None:
    """False itself, as a Python, NumPy or torch boolean."""
    equal(_boolean(actual), expected=False, name=name)


def exists(actual: Any, *, name: str = "the result") -> None:
    """Not None, and not an object that stayed in the student's process."""
    if actual is None:
        _fail("missing-value", f"{name} is None", name=name)
    if is_remote(actual):
        _wrong_type(actual, "a plain value", name)


def shape(actual: Any, expected: Sequence[int], *, name: str = "the result") -> None:
    """A tensor or array of this shape; -1 stands for any size."""
    found = tuple(_tensor_or_array(actual, name).shape)
    fits = len(found) == len(expected) and all(e in (-1, f) for f, e in zip(found, expected, strict=True))
    if not fits:
        _fail("wrong-shape", f"shape {found} is not {tuple(expected)}", name=name, shape=str(list(found)))


def dtype(actual: Any, expected: Any, *, name: str = "the result") -> None:
    found = _tensor_or_array(actual, name).dtype
    if found != expected:
        _fail("wrong-dtype", f"dtype {found} is not {expected}", name=name, dtype=str(found))


def device(actual: Any, expected: Any, *, name: str = "the result") -> None:
    """Where a tensor lay on the student's side, by its word; or a ``torch.device`` that a probe has asked for."""
    exists(actual, name=name)
    found = device_of(actual) if isinstance(actual, torch.Tensor) else torch.device(actual)
    wanted = torch.device(expected)
    if found.type != wanted.type or (wanted.index is not None and found.index != wanted.index):
        _fail("wrong-device", f"device {found} is not {wanted}", name=name, device=str(found))


def finite(actual: Any, *, name: str = "the result") -> None:
    """No NaN and no infinity."""
    value = _tensor_or_array(actual, name)
    if isinstance(value, np.ndarray) and value.dtype.kind not in NUMBERS:
        _fail("wrong-dtype", f"dtype {value.dtype} is of no numbers", name=name, dtype=str(value.dtype))
    tensor = value if isinstance(value, torch.Tensor) else torch.from_numpy(value.copy())
    bad = (~torch.isfinite(tensor)).nonzero()
    if len(bad):
        where = {"count": len(bad), "first": str(bad[0].tolist()), "first_call": context.first_not_finite() or name}
        _fail("not-finite", f"{len(bad)} values are not finite", name=name, **where)


def gradient(
    actual: Any, expected: Any, *, name: str = "the gradient", rtol: float | None = None, atol: float | None = None
) -> None:
    """A gradient that is there, is not zero everywhere where it should not be, and has the right values."""
    if actual is None:
        _fail("missing-gradient", f"{name} is None", name=name)
    if isinstance(actual, torch.Tensor) and not actual.any() and bool(torch.as_tensor(expected).any()):
        _fail("zero-gradient", f"{name} is zero everywhere", name=name)
    close(actual, expected, name=name, rtol=rtol, atol=atol)


def unchanged(after: Any, before: Any, *, name: str = "the argument") -> None:
    """An argument is what it was before the call: ``before`` is a copy that the test has made."""
    try:
        equal(after, before, name=name)
    except CheckFailed as error:
        _fail("changed-argument", str(error), name=name)


def masked(weights: Any, mask: torch.Tensor, *, name: str = "the weights") -> None:
    """No weight where the mask is False."""
    found = _tensor(weights, name)
    hidden = found.masked_select(~mask.expand(found.shape))
    if bool(hidden.any()):
        _fail("looks-at-masked", f"{hidden.tolist()[:20]}", name=name, count=int((hidden != 0).sum()))


def causal(
    function: Callable[[torch.Tensor], Any],
    inputs: torch.Tensor,
    *,
    dim: int = 1,
    name: str = "the result",
    rtol: float = 1e-4,
    atol: float = 1e-5,
) -> None:
    """No position along ``dim`` depends on a later one: when the later ones change, the earlier ones must stay."""
    first = _tensor(function(inputs.clone()), name)
    for position in range(1, inputs.shape[dim]):
        changed = inputs.clone()
        later = changed.narrow(dim, position, inputs.shape[dim] - position)
        later.copy_(later + 1 + torch.rand_like(later) if later.is_floating_point() else later.flip(dim))
        second = _tensor(function(changed), name)
        shape(second, tuple(first.shape), name=name)
        ours, theirs = first.narrow(dim, 0, position), second.narrow(dim, 0, position)
        if not torch.allclose(ours, theirs, rtol=rtol, atol=atol, equal_nan=True):
            early = (~torch.isclose(ours, theirs, rtol=rtol, atol=atol)).transpose(0, dim).flatten(1).any(1)
            seen = int(early.nonzero()[0])
            _fail("sees-the-future", f"{seen} depends on {position}", name=name, position=seen, later=position)


def length(actual: Any, expected: int, *, name: str = "the result") -> None:
    exists(actual, name=name)
    if not isinstance(actual, Sequence | Mapping | set | frozenset | torch.Tensor | np.ndarray):
        _wrong_type(actual, "something with a length", name)
    if len(actual) != expected:
        _fail("wrong-length", f"length {len(actual)} is not {expected}", name=name, length=len(actual))


def raises(
    kind: type[Exception] | tuple[type[Exception], ...],
    function: Callable[..., Any],
    /,
    *args: Any,
    name: str = "your code",
    **kwargs: Any,
) -> Exception:
    """The student's code raises this kind of exception; which it did is returned."""
    try:
        function(*args, **kwargs)
    except kind as error:
        if hasattr(error, "failure"):
            return error
        raise  # this side's own: no answer of the student's
    except (StudentError, ArithmeticError, LookupError, ValueError, TypeError, RuntimeError, AttributeError) as error:
        known = getattr(error, "known", None)
        if known is None:
            raise
        _fail("raised-other", f"{type(error).__name__} is not {kind}", name=name, type=known.type)
    return _fail("did-not-raise", f"{kind} was expected", name=name)


def _close_tensors(
    actual: torch.Tensor, expected: torch.Tensor, *, name: str, rtol: float | None, atol: float | None
) -> None:
    shape(actual, tuple(expected.shape), name=name)
    dtype(actual, expected.dtype, name=name)
    actual, expected = actual.detach().cpu(), expected.detach().cpu()
    if bool(torch.isfinite(expected).all()):
        finite(actual, name=name)
    usual = _TOLERANCES.get(expected.dtype, (0.0, 0.0))
    rtol, atol = usual[0] if rtol is None else rtol, usual[1] if atol is None else atol
    same = partial(torch.isclose, rtol=rtol, atol=atol)
    if not bool(same(actual, expected).all()):
        text = f"{name}: {actual} is not {expected} (rtol {rtol}, atol {atol})"
        if actual.dim() == 0:
            _fail("wrong-value", text, name=name, value=_told(actual.item()))
        raise CheckFailed(text, *differing.tensors(actual, expected, same, name=name))


def _same_items(actual: np.ndarray[Any, Any], expected: np.ndarray[Any, Any], name: str) -> None:
    """Arrays of texts, of times or of plain objects: how wide the texts may be is no part of their type."""
    shape(actual, expected.shape, name=name)
    same_kind = actual.dtype.kind == expected.dtype.kind and expected.dtype.kind in "SUO"
    if not (same_kind or actual.dtype == expected.dtype):
        dtype(actual, expected.dtype, name=name)
    if actual.ndim == 0:
        equal(actual.item(), expected.item(), name=name)
    wrong = differing.unlike(actual, expected)
    if wrong.any():
        raise CheckFailed(f"{name}: {actual} is not {expected}", *differing.items(actual, expected, wrong, name=name))


def _close_numbers(actual: Any, expected: float, *, name: str, rtol: float | None, atol: float | None) -> None:
    if isinstance(actual, torch.Tensor | np.ndarray) and math.prod(actual.shape) == 1 and len(actual.shape) == 0:
        actual = actual.item()
    if isinstance(actual, np.number):
        actual = actual.item()
    if isinstance(actual, bool) or not isinstance(actual, int | float):
        _wrong_type(actual, "a number", name)
    if not math.isfinite(actual) and math.isfinite(expected):
        _fail("not-finite", f"{actual} is not finite", name=name, count=1)
    rtol, atol = 1e-6 if rtol is None else rtol, 1e-8 if atol is None else atol
    if not abs(actual - expected) <= atol + rtol * abs(expected) and actual != expected:
        _fail("wrong-value", f"{actual!r} is not {expected!r}", name=name, value=_told(actual))


def _boolean(actual: Any) -> Any:
    if isinstance(actual, torch.Tensor) and actual.dtype is torch.bool and actual.dim() == 0:
        return bool(actual)
    return bool(actual) if isinstance(actual, np.bool_) else actual


def _tensor(actual: Any, name: str) -> torch.Tensor:
    exists(actual, name=name)
    if not isinstance(actual, torch.Tensor):
        _wrong_type(actual, "a tensor", name)
    return actual


def _tensor_or_array(actual: Any, name: str) -> Any:
    return actual if isinstance(actual, np.ndarray) else _tensor(actual, name)


def _wrong_type(actual: Any, wanted: str, name: str) -> NoReturn:
    kind = "an object of your own" if is_remote(actual) else type(actual).__name__
    told = type_name_of(actual) if is_remote(actual) else kind
    _fail("wrong-type", f"{name} is a {told}, not {wanted}", name=name, type=kind)


def _told(value: object) -> str | float:
    """A wrong value as its student may see it: numbers in short, of all else the kind and the length.

    The value is the student's own, but a text of theirs could repeat a hidden input word by word.
    """
    if isinstance(value, bool) or value is None:
        return str(value)
    if isinstance(value, int) and abs(value) < 10**6:
        return value
    if isinstance(value, int | float):
        return float(f"{float(value):.4g}") if abs(value) < 1e300 else type(value).__name__
    return str(value) if isinstance(value, torch.dtype | torch.device) else type(value).__name__


def _fail(key: str, text: str, **values: object) -> NoReturn:
    raise CheckFailed(text, context.finding(key, **values))
