"""In what way a wrong value is wrong: where it begins to be, and what kind of mistake that looks like.

Everything is worded from the student's side. A pattern is told only of values that the student does not see, since a
number beside "only its sign is wrong" would be the right number; and a place is an index, never a text, since a text of
the student's could repeat a hidden input.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AnySet
from typing import Any

import numpy as np
import torch

from graders.examiner.context import finding
from graders.report import Finding

_MOST = 1_000_000  #: values of a tensor that are still looked at for a pattern
_MOST_ITEMS = 100_000
_NEARLY = (1e-2, 1e-3)  #: relative to a value, and to the largest: what rounding or an epsilon may explain

Same = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]


def tensors(actual: torch.Tensor, expected: torch.Tensor, same: Same, *, name: str) -> list[Finding]:
    """How many values of a tensor are wrong, where the first is, and what pattern they have.

    Args:
        actual: what came, of any shape but of more than one value.
        expected: of the same shape and type.
        same: which values of two tensors are equal as the test sees it, elementwise.
    """
    wrong = ~same(actual, expected)
    first = wrong.nonzero()[0].tolist()
    told = finding("wrong-values", name=name, wrong=int(wrong.sum()), total=wrong.numel(), first=str(first))
    pattern = _pattern(actual, expected, wrong, same)
    return [told, pattern] if pattern is not None else [told]


def _pattern(actual: torch.Tensor, expected: torch.Tensor, wrong: torch.Tensor, same: Same) -> Finding | None:
    if actual.numel() > _MOST or actual.is_complex() or not bool(torch.isfinite(torch.stack([actual, expected])).all()):
        return None
    if not bool(actual.any()):
        return finding("differs-all-zero")
    if bool((actual == actual.flatten()[0]).all()):
        return finding("differs-all-alike")
    if actual.dtype is torch.bool:
        return finding("differs-inverted") if bool(wrong.all()) else _only_at(wrong)
    if (
        int((expected.flatten().sort().values.diff() != 0).sum()) < 2
    ):  # two values are always a multiple of each other, or in another order
        return _only_at(wrong)
    return _whole(actual, expected, same) or _only_at(wrong) or _nearly(actual, expected)


def _whole(actual: torch.Tensor, expected: torch.Tensor, same: Same) -> Finding | None:
    """One mistake that explains all values at once."""

    def explains(changed: torch.Tensor) -> bool:
        rounded = changed if expected.is_floating_point() else changed.round()
        return bool(same(rounded.to(expected.dtype), expected).all())

    if actual.is_floating_point() and explains(-actual):
        return finding("differs-by-sign")
    if actual.dim() > 1 and actual.shape[-1] == actual.shape[-2] and explains(actual.mT):
        return finding("differs-transposed")
    if bool(same(actual.flatten().sort().values, expected.flatten().sort().values).all()):
        return finding("differs-by-order")
    ours, theirs = actual.double().flatten(), expected.double().flatten()
    factor = float(ours @ theirs / (ours @ ours))
    if factor != 0 and explains(actual.double() * factor):
        return finding("differs-by-factor")
    if explains(actual.double() + float((theirs - ours).mean())):
        return finding("differs-by-offset")
    return None


def _only_at(wrong: torch.Tensor) -> Finding | None:
    """All wrong values at one index of an axis, such as the last row."""
    for axis in range(wrong.dim()):
        touched = wrong.transpose(0, axis).flatten(1).any(1) if wrong.dim() > 1 else wrong
        if len(touched) > 2 and int(touched.sum()) == 1:
            return finding("differs-only-at", axis=axis, index=int(touched.nonzero()[0]))
    return None


def _nearly(actual: torch.Tensor, expected: torch.Tensor) -> Finding | None:
    relative, absolute = _NEARLY
    if not actual.is_floating_point():
        return None
    near = torch.isclose(actual, expected, rtol=relative, atol=absolute * float(expected.abs().max()))
    return finding("differs-a-little") if bool(near.all()) else None


def unlike(actual: np.ndarray[Any, Any], expected: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Which items of two arrays of one shape are not equal."""
    if expected.dtype.kind != "O":
        return np.asarray(actual != expected)
    pairs = zip(actual.flat, expected.flat, strict=True)
    return np.array([not _equal(*pair) for pair in pairs], dtype=bool).reshape(expected.shape)


def items(
    actual: np.ndarray[Any, Any], expected: np.ndarray[Any, Any], wrong: np.ndarray[Any, Any], *, name: str
) -> list[Finding]:
    """How many items of an array of texts, times or objects are wrong, where the first is, and a pattern they have.

    Args:
        wrong: which items are, as ``unlike`` tells.
    """
    first = np.argwhere(wrong)[0].tolist()
    told = finding("wrong-values", name=name, wrong=int(wrong.sum()), total=wrong.size, first=str(first))
    pattern = _pattern_of_items(actual, expected, wrong)
    return [told, pattern] if pattern is not None else [told]


def _pattern_of_items(
    actual: np.ndarray[Any, Any], expected: np.ndarray[Any, Any], wrong: np.ndarray[Any, Any]
) -> Finding | None:
    ours, theirs = (array.ravel().tolist() for array in (actual, expected))
    if actual.size > _MOST_ITEMS:
        return None
    if actual.size > 1 and actual.dtype.kind != "O" and len(set(ours)) == 1:
        return finding("differs-all-alike")
    if Counter(map(repr, ours)) == Counter(map(repr, theirs)):
        return finding("differs-by-order")
    if actual.dtype.kind == "U" and [text.split() for text in ours] == [text.split() for text in theirs]:
        return finding("differs-by-spaces")
    if actual.dtype.kind == "U" and [text.lower() for text in ours] == [text.lower() for text in theirs]:
        return finding("differs-by-case")
    return _only_at(torch.from_numpy(wrong))


def _equal(ours: Any, theirs: Any) -> bool:
    if isinstance(ours, np.ndarray) or isinstance(theirs, np.ndarray):
        return bool(np.array_equal(ours, theirs))
    try:
        return bool(ours == theirs)
    except (ValueError, TypeError, RuntimeError):  # arrays or tensors within them, of which there is no one truth
        return False


def plain(actual: Any, expected: Any, *, name: str) -> list[Finding] | None:
    """What is wrong with a list, tuple, dict, set or text of the right type; None for values of other types."""
    if isinstance(expected, str | bytes):
        return _texts(actual, expected, name)
    if isinstance(expected, AnySet):
        return list(_members(actual, expected, name))
    if isinstance(expected, Mapping):
        return _mappings(actual, expected, name)
    return _sequences(actual, expected, name) if isinstance(expected, Sequence) else None


def _sequences(actual: Sequence[Any], expected: Sequence[Any], name: str) -> list[Finding]:
    if len(actual) != len(expected):
        return [finding("wrong-length", name=name, length=len(actual))]
    wrong = [index for index, pair in enumerate(zip(actual, expected, strict=True)) if pair[0] != pair[1]]
    if not wrong:  # a list that was to be a named tuple, or the like
        return [finding("wrong-type", name=name, type=type(actual).__name__)]
    inner = _inside(actual[wrong[0]], expected[wrong[0]], f"{name}[{wrong[0]}]")
    told = finding("wrong-items", name=name, wrong=len(wrong), total=len(expected), first=wrong[0])
    if Counter(map(repr, actual)) == Counter(map(repr, expected)):
        return [told, finding("differs-by-order")]
    return [told, *inner]


def _mappings(actual: Mapping[Any, Any], expected: Mapping[Any, Any], name: str) -> list[Finding]:
    if set(actual) != set(expected):
        return keys(actual, expected, name=name)
    wrong = [key for key in expected if actual[key] != expected[key]]
    if not wrong:  # an ordered dict in another order
        return [finding("differs-by-order")]
    told = finding("wrong-entries", name=name, wrong=len(wrong), total=len(expected))
    if len(wrong) == 1 or isinstance(wrong[0], int):
        place = f"{name}[{wrong[0]}]" if isinstance(wrong[0], int) else f"{name}[…]"
        return [told, *_inside(actual[wrong[0]], expected[wrong[0]], place)]
    return [told]


def keys(actual: Mapping[Any, Any], expected: Mapping[Any, Any], *, name: str) -> list[Finding]:
    """Of a dict whose keys are wrong: whether some are missing, and how many do not belong there."""
    extra = sum(key not in expected for key in actual)
    found = [finding("wrong-keys", name=name)]
    found += [finding("extra-keys", extra=extra, count=len(actual))] if extra else []
    return found + ([finding("missing-keys")] if any(key not in actual for key in expected) else [])


def _inside(actual: Any, expected: Any, name: str) -> list[Finding]:
    """What is wrong within an item, where it is of a kind that has parts."""
    numpys = isinstance(actual, np.generic) and isinstance(actual, type(expected))  # float64 is a float, str_ a str
    if type(actual) is not type(expected) and not numpys:
        return [finding("wrong-type", name=name, type=type(actual).__name__)]
    return (plain(actual, expected, name=name) or []) if not isinstance(expected, str | bytes) else []


def _members(actual: AnySet[Any], expected: AnySet[Any], name: str) -> Iterator[Finding]:
    extra = len(actual - expected)
    if extra:
        yield finding("extra-members", name=name, extra=extra, count=len(actual))
    if expected - actual:
        yield finding("missing-members", name=name)


def _texts(actual: Any, expected: Any, name: str) -> list[Finding]:
    right = sum(1 for _ in itertools.takewhile(lambda pair: pair[0] == pair[1], zip(actual, expected, strict=False)))
    if right in (len(actual), len(expected)):
        key = "text-ends-early" if right == len(actual) else "text-goes-on"
        return [finding(key, name=name, length=len(actual))]
    told = finding("wrong-text", name=name, length=len(actual), right=right)
    if actual.split() == expected.split():
        return [told, finding("differs-by-spaces")]
    return [told, finding("differs-by-case")] if actual.lower() == expected.lower() else [told]
