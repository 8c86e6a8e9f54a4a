"""What the libraries mean by their messages, in sentences of ours.

A message may hold a hidden value, so it is withheld; that it says *shapes do not fit* is no secret.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from graders.examiner.failures import StudentFailure

_BASES = ("RuntimeError", "IndexError", "ValueError", "TypeError")
_SHAPES = (
    r"shapes? .*(cannot be multiplied|not aligned)|must match the size of tensor|could not be broadcast|size mismatch"
    r"|shape '.*' is invalid for input|Expected .*-?D.* tensor|expand\(|Sizes of tensors must match"
)
_DTYPES = (
    r"expected scalar type|to have the same dtype|must have the same dtype|same dtype, but got"
    r"|can't be cast to the desired output type|not implemented for '"
)
#: Key of the finding -> what is looked for in a message.
_KNOWN = {
    "shapes": _SHAPES,
    "axis": r"Dimension out of range|axis .* is out of bounds|Dimension specified as",
    "dtypes": _DTYPES,
    "devices": r"on the same device|found at least two devices",
    "no-graph": r"does not require grad|not have been used in the graph",
    "second-backward": r"backward through the graph a second time",
    "in-place": r"modified by an inplace operation|leaf Variable that requires grad",
    "index": r"index .* is out of (bounds|range)|index out of range",
    "truth": r"truth value of an array|Boolean value of Tensor with more than one value",
}
_PATTERNS = {f"explained-{key}": re.compile(pattern, re.IGNORECASE) for key, pattern in _KNOWN.items()}


def explanation(failure: StudentFailure) -> Iterator[str]:
    """The key of the first finding that explains an exception; none for most."""
    if failure.base in _BASES:
        found = (key for key, pattern in _PATTERNS.items() if pattern.search(failure.message[:500]))
        yield from list(found)[:1]
