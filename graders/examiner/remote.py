"""Objects that stay in the student's process.

They can be called, read, set, indexed, measured, iterated and entered. They refuse to be values: a test that says
``assert student.is_valid(x)`` must not pass because some object came back.

Nor do they pass for tensors: ``y.shape`` and ``y.sum()`` of an object would be its own word. They are asked of what the
test made itself by the name of a class (``student.Stats().mean()``: an object by the author's own spelling) and of
nothing else that stays in the student's process.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NoReturn

from graders.examiner import context
from graders.examiner.failures import RefusedOperation, StudentError
from graders.inside.objects import CLAIMS
from graders.wire import Library, Reference, clean_text
from graders.wire.measures import MEASURES

if TYPE_CHECKING:
    from graders.examiner.session import Session

MAX_LENGTH = 10_000_000
MAX_ITEMS = 20_000
_CLAIMS = frozenset(f"{module}.{name}" for module, name in CLAIMS)

#: How an author spells the making of an object: the call of a name in CapWords.
_MADE = re.compile(r"(^|\.)_*[A-Z]\w*\(\)$")


class RemoteObject:
    # An object of the student's. Names that begin with two underscores are this side's, all others the student's, and
    # so are __doc__ and __name__, of which this class has none of its own.

    __slots__ = ("__claims", "__label", "__number", "__session", "__type_name", "__weakref__")

    def __init__(self, session: Session, reference: Reference, label: str = "") -> None:
        name = f"_{RemoteObject.__name__}__"
        set_own = object.__setattr__
        set_own(self, f"{name}session", session)
        set_own(self, f"{name}number", reference.number)
        set_own(self, f"{name}type_name", clean_text(reference.type_name, 100))
        set_own(self, f"{name}claims", tuple(claim for claim in reference.claims if _is_class(claim)))
        set_own(self, f"{name}label", label)

    # what it can do

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        value = self.__session.request("call", self, args=args, kwargs=kwargs)
        context.answered(self.__label or self.__type_name, value)
        return labelled(value, f"{self.__label or '…'}()")

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name != "__name__":
            raise AttributeError(name)
        if name in MEASURES and not _MADE.search(self.__label):
            self.__refuse(f"the .{name}")
        return labelled(self.__session.request("get", self, name), f"{self.__label}.{name}")

    def __setattr__(self, name: str, value: Any) -> None:
        self.__session.request("set", self, name, (value,))

    def __delattr__(self, name: str) -> None:
        self.__session.request("delete", self, name)

    def __instancecheck__(self, value: Any) -> bool:
        """``isinstance(value, student.NAME)``: the student's word, as ``in`` is."""
        return self.__session.request("instance", self, args=(value,)) is True

    def __len__(self) -> int:
        length = self.__session.request("len", self)
        if type(length) is not int or not 0 <= length <= MAX_LENGTH:
            raise StudentError(f"len() of a {self.__type_name} is no sensible number")
        return length

    def __getitem__(self, key: Any) -> Any:
        return labelled(self.__session.request("getitem", self, args=(key,)), f"{self.__label}[...]")

    def __setitem__(self, key: Any, value: Any) -> None:
        self.__session.request("setitem", self, args=(key, value))

    def __delitem__(self, key: Any) -> None:
        self.__session.request("delitem", self, args=(key,))

    def __contains__(self, item: Any) -> bool:
        return self.__session.request("contains", self, args=(item,)) is True

    def __iter__(self) -> Iterator[Any]:
        iterator = self.__session.request("iter", self)
        for _ in range(MAX_ITEMS):
            more, item = _pair(self.__session.request("next", iterator))
            if not more:
                return
            yield labelled(item, f"{self.__label}[...]")
        raise StudentError(f"iteration over a {self.__type_name} gave more than {MAX_ITEMS} items")

    def __next__(self) -> Any:
        more, item = _pair(self.__session.request("next", self))
        if not more:
            raise StopIteration
        return labelled(item, f"{self.__label}[...]")

    def __enter__(self) -> Any:
        return labelled(self.__session.request("method", self, "__enter__"), self.__label)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _trace: object) -> bool:
        if kind is not None and not issubclass(kind, Exception):
            return False  # a student that is gone cannot be asked, nor swallow it
        told = Library(f"builtins.{kind.__name__}") if kind and kind.__module__ == "builtins" else None
        swallowed = self.__session.request(
            "method", self, "__exit__", (told, None if error is None else str(error), None)
        )
        return swallowed is True

    def __repr__(self) -> str:
        return f"<the student's {self.__type_name}>"

    def __del__(self) -> None:
        self.__session.released.append(self.__number)

    @property  # type: ignore[misc]  # read-only on purpose
    def __class__(self) -> Any:
        """``isinstance(model, torch.nn.Module)`` holds where the student's side claims so: no reason for points."""
        for claim in self.__claims:
            module, _, name = claim.rpartition(".")
            if module in sys.modules:
                return getattr(sys.modules[module], name)
        return RemoteObject

    @property
    def __doc__(self) -> Any:  # type: ignore[override]  # the student's, never this class's own
        return self.__session.request("get", self, "__doc__")

    # what it refuses

    def __refuse(self, what: str) -> NoReturn:
        context.current.refusal = context.finding(
            "returned-object", name=self.__label or "?", type=self.__session.sources.name(self.__type_name)
        )
        raise RefusedOperation(
            f"{what} of {self!r}, which stays in the student's process: ask for a value instead (call it, read an "
            "attribute, or send a probe with student.run)"
        )

    def __mro_entries__(self, _bases: tuple[Any, ...]) -> NoReturn:
        raise context.author_mistake(
            f"{self!r} cannot be the base of a class of the test's: write the subclass in a probe with student.run"
        )

    def __bool__(self) -> bool:
        self.__refuse("the truth")

    def __hash__(self) -> int:
        self.__refuse("the hash")

    def __eq__(self, _other: object) -> bool:
        self.__refuse("a comparison")

    def __ne__(self, _other: object) -> bool:
        self.__refuse("a comparison")

    def __arithmetic(self, *_other: Any) -> Any:
        self.__refuse("arithmetic")

    def __compare(self, _other: Any) -> Any:
        self.__refuse("a comparison")

    __lt__ = __le__ = __gt__ = __ge__ = __compare
    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = __arithmetic
    __floordiv__ = __rfloordiv__ = __mod__ = __rmod__ = __pow__ = __rpow__ = __matmul__ = __rmatmul__ = __arithmetic
    __and__ = __rand__ = __or__ = __ror__ = __xor__ = __rxor__ = __lshift__ = __rshift__ = __arithmetic
    __iadd__ = __isub__ = __imul__ = __itruediv__ = __neg__ = __pos__ = __abs__ = __invert__ = __arithmetic
    __int__ = __float__ = __complex__ = __index__ = __round__ = __trunc__ = __floor__ = __ceil__ = __arithmetic
    __array__ = __arithmetic

    def __copy(self, *_other: Any) -> Any:
        self.__refuse("a copy")

    __reduce_ex__ = __copy__ = __deepcopy__ = __copy


def _is_class(claim: str) -> bool:
    """Whether a claimed class is one of those that may be claimed: layers too, ``isinstance(model.fc, nn.Linear)``."""
    kind = getattr(sys.modules.get("torch.nn"), claim.removeprefix("torch.nn."), None)
    layer = (
        claim.startswith("torch.nn.") and isinstance(kind, type) and issubclass(kind, sys.modules["torch.nn"].Module)
    )
    return claim in _CLAIMS or layer


def is_remote(value: object) -> bool:
    """Whether this is one, whatever it claims to be."""
    return type(value) is RemoteObject


def number_of(remote: Any, session: Session) -> int | None:
    """The object's number, if it lives in this student's process."""
    if object.__getattribute__(remote, "_RemoteObject__session") is not session:
        return None
    number: int = object.__getattribute__(remote, "_RemoteObject__number")
    return number


def type_name_of(remote: Any) -> str:
    name: str = object.__getattribute__(remote, "_RemoteObject__type_name")
    return name


def labelled(value: Any, label: str) -> Any:
    """Remember under which name the author came by an object."""
    if type(value) is RemoteObject:
        object.__setattr__(value, "_RemoteObject__label", label.lstrip("."))
    return value


def _pair(value: Any) -> tuple[bool, Any]:
    if type(value) is not tuple or len(value) != 2 or type(value[0]) is not bool:
        raise StudentError("an iterator answered with something else than an item")
    return value
