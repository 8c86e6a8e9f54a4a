"""The operators that a test may ask for: whatever they do is the word of the student's classes."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping
from typing import Any

from graders.wire.own import own_builtins

own_builtins(globals())

_NAMED_ALIKE = "add sub mul truediv floordiv mod pow matmul xor lshift rshift neg pos abs invert eq ne lt le gt ge"
_IN_PLACE = "iadd isub imul itruediv ifloordiv imod ipow imatmul iand ior ixor ilshift irshift"
OPERATORS: Mapping[str, Callable[..., Any]] = {
    **{name: getattr(operator, name) for name in f"{_NAMED_ALIKE} {_IN_PLACE}".split()},
    **{
        "and": operator.and_,
        "or": operator.or_,
        "is": operator.is_,
        "divmod": divmod,
        "index": operator.index,
        "bool": operator.truth,
        "hash": hash,
    },
    **{"int": int, "float": float, "complex": complex, "round": round, "repr": repr, "str": str, "format": format},
    **{name: getattr(math, name) for name in ("trunc", "floor", "ceil")},
}


def operate(name: str, operands: tuple[Any, ...]) -> Any:
    """Apply one of them. Texts and numbers come as their plain types, whatever subclass a method has returned."""
    answer = OPERATORS[name](*operands)
    if name in ("repr", "str", "format"):
        return str.__str__(answer)
    return answer
