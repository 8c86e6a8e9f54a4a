"""Objects that stay in the student's process, known outside by number."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from functools import cache
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
    ("torch", "Generator"),
    ("numpy.random", "Generator"),
    ("numpy.random", "RandomState"),
)
_name_of = type.__dict__["__name__"].__get__


@cache
def claimable() -> Mapping[str, type]:
    """The library classes that may be claimed, by dotted name: those of ``CLAIMS``, and every layer of torch's.

    Computed once, in the zygote; torch has been imported before.
    """
    found = {f"{module}.{name}": getattr(sys.modules.get(module), name, None) for module, name in CLAIMS}
    layers = sys.modules.get("torch.nn")
    for name, kind in (vars(layers) if layers is not None else {}).items():
        if isinstance(kind, type) and issubclass(kind, layers.Module):  # type: ignore[union-attr]
            found[f"torch.nn.{name}"] = kind
    return {name: kind for name, kind in found.items() if kind is not None}


@cache
def _claims() -> Mapping[int, str]:
    return {id(kind): name for name, kind in claimable().items()}


class Objects:
    """Numbers for objects, given out once each and dropped when the examiner lets go."""

    def __init__(self) -> None:
        self._table: dict[int, Any] = {}
        self._next = SUBMISSION + 1
        self._owned: dict[int, int] = {}  #: id of a tensor that the test may train -> its number

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
        claims = _claims()
        own = tuple(claims[id(base)] for base in type.mro(kind) if id(base) in claims)
        return Reference(number=number, type_name=type_name(kind), claims=own)

    def own(self, tensor: Any) -> int:
        """The number of a tensor of the student's, the same for as long as the test holds it."""
        number = self._owned.get(id(tensor))
        if number is None:
            number = self._owned[id(tensor)] = self.export(tensor).number
        return number

    def owns(self, tensor: Any) -> bool:
        return id(tensor) in self._owned

    def find(self, number: int) -> Any:
        return self._table[number]

    def drop(self, numbers: Iterable[int]) -> None:
        for number in numbers:
            dropped = self._table.pop(number, None)
            self._owned.pop(id(dropped), None)


def type_name(kind: type) -> str:
    """A class's name, whatever its metaclass says."""
    return clean_text(str(_name_of(kind)), MAX_TYPE_NAME)
