"""Objects that stay in the student's process, known outside by number."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import Any

from graders.wire import Reference, Unsendable, clean_text
from graders.wire.own import own_builtins

own_builtins(globals())

SUBMISSION = 0
MAX_OBJECTS = 10_000
MAX_TYPE_NAME = 100
#: Library classes whose instances may say so, for the author's ``isinstance``; never a value's own class.
CLAIMS = (
    ("torch.nn", "Module"),
    ("torch.optim", "Optimizer"),
    ("torch.optim.lr_scheduler", "LRScheduler"),
    ("torch.utils.data", "Dataset"),
    ("torch.utils.data", "DataLoader"),
)
_name_of = type.__dict__["__name__"].__get__


class Objects:
    """Numbers for objects, given out once each and dropped when the examiner lets go."""

    def __init__(self) -> None:
        self._table: dict[int, Any] = {}
        self._next = SUBMISSION + 1
        self._claims: dict[int, str] = {}
        for module, name in CLAIMS:
            kind = getattr(sys.modules.get(module), name, None)
            if kind is not None:
                self._claims[id(kind)] = f"{module}.{name}"
        layers = sys.modules.get("torch.nn")
        for name, kind in (vars(layers) if layers is not None else {}).items():
            if isinstance(kind, type) and issubclass(kind, layers.Module):  # type: ignore[union-attr]
                self._claims[id(kind)] = f"torch.nn.{name}"

    def bind_submission(self, module: Any) -> None:
        self._table[SUBMISSION] = module

    def export(self, value: Any) -> Reference:
        """Give an object a number. None of its own code is called.

        Raises:
            Unsendable: too many are held already.
        """
        if len(self._table) >= MAX_OBJECTS:
            raise Unsendable("more objects than a test may hold", key="too-many-objects")
        number, self._next = self._next, self._next + 1
        self._table[number] = value
        kind = type(value)
        claims = tuple(self._claims[id(base)] for base in type.mro(kind) if id(base) in self._claims)
        return Reference(number=number, type_name=type_name(kind), claims=claims)

    def find(self, number: int) -> Any:
        return self._table[number]

    def drop(self, numbers: Iterable[int]) -> None:
        for number in numbers:
            self._table.pop(number, None)


def type_name(kind: type) -> str:
    """A class's name, whatever its metaclass says."""
    return clean_text(str(_name_of(kind)), MAX_TYPE_NAME)
