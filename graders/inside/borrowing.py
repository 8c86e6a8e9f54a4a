"""What the test lends: functions and objects that stand here for those of the test, which stay with it."""

from __future__ import annotations

import builtins
from collections.abc import Callable
from typing import Any, NoReturn

from graders.wire import Loan
from graders.wire.own import own_builtins

own_builtins(globals())

Ask = Callable[[int, str, tuple[Any, ...], dict[str, Any]], Any]


class Borrowed:
    """Something of the test's. What it does is done there, while the test waits."""

    __slots__ = ("__weakref__", "_gradus_ask", "_gradus_loan")

    def __init__(self, loan: Loan, ask: Ask) -> None:
        object.__setattr__(self, "_gradus_loan", loan)
        object.__setattr__(self, "_gradus_ask", ask)

    def __getattr__(self, name: str) -> Any:
        loan, ask = self._gradus_loan, self._gradus_ask
        if name in loan.reads:
            return ask(loan.number, f".{name}", (), {})
        if name in loan.calls or (loan.kind == "mock" and not name.startswith("_")):
            return lambda *args, **kwargs: ask(loan.number, name, args, kwargs)
        offered = ", ".join(each for each in (*loan.calls, *loan.reads) if not each.startswith("__")) or "nothing"
        raise AttributeError(
            f"an object of the test offers {offered}, and no {name!r}: only its methods, properties and the fields of "
            "a dataclass can be used from here"
        )

    def __setattr__(self, name: str, _value: Any) -> NoReturn:
        raise AttributeError(f"{name!r} of an object of the test cannot be set from here")

    def __repr__(self) -> str:
        return "<an object of the test>"


def _special(name: str) -> Callable[..., Any]:
    def method(self: Borrowed, *args: Any, **kwargs: Any) -> Any:
        return self._gradus_ask(self._gradus_loan.number, name, args, kwargs)

    return method


_EXIT = {"__exit__": lambda *_: False}
_kinds: dict[tuple[str, ...], type[Borrowed]] = {}


class Borrowing:
    """What this process holds of the test's, by number: the same thing for the same number."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self._things: dict[int, Any] = {}
        self._numbers: dict[int, int] = {}

    def take(self, loan: Loan) -> Any:
        thing = self._things.get(loan.number)
        if thing is None:
            thing = self._things[loan.number] = self._make(loan)
            self._numbers[id(thing)] = loan.number
        return thing

    def loan_of(self, value: Any) -> Loan | None:
        """What stands for something of the test's that goes back to it."""
        number = self._numbers.get(id(value))
        return None if number is None else Loan(number=number)

    def _make(self, loan: Loan) -> Any:
        if loan.kind == "function":  # a real one: set on a class, it is a method
            return lambda *args, **kwargs: self._ask(loan.number, "__call__", args, kwargs)
        special = tuple(name for name in loan.calls if name.startswith("__"))
        if special not in _kinds:
            own = {name: _special(name) for name in special} | (_EXIT if "__enter__" in special else {})
            _kinds[special] = type("Borrowed", (Borrowed,), {"__slots__": (), **own})
        return _kinds[special](loan, self._ask)


def raised(name: Any) -> Exception:
    """The exception that a function of the test's has raised, without its words."""
    kind = getattr(builtins, name, None) if type(name) is str else None
    if isinstance(kind, type) and issubclass(kind, Exception):
        try:
            return kind() if kind is StopIteration else kind("raised by a function of the test")
        except TypeError:  # one that takes more arguments
            return RuntimeError("raised by a function of the test")
    return RuntimeError("raised by a function of the test")
