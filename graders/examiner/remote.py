"""Objects that stay in the student's process.

They can be called, read, set, indexed, measured, iterated and entered. They refuse to be values: a test that says
``assert student.is_valid(x)`` must not pass because some object came back. ``operating`` has the rule for operators.

Nor do they pass for tensors: ``y.shape`` and ``y.sum()`` of an object would be its own word. They are asked of what the
test made itself by the name of a class (``student.Stats().mean()``) and of nothing else that stays in the student's
process.
"""

from __future__ import annotations

import builtins
import keyword
import sys
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NoReturn

from graders.examiner import context
from graders.examiner.failures import RefusedOperation, StudentError
from graders.examiner.inspecting import KINDS, NotFound, annotations_of, definition, signature
from graders.examiner.operating import ASKED, CLASS_NAME, PLAIN_NAME, TRUE_KINDS, methods
from graders.inside.objects import claimable
from graders.wire import Library, Reference, clean_text
from graders.wire.measures import MEASURES

if TYPE_CHECKING:
    from graders.examiner.session import Session

MAX_LENGTH = 10_000_000
MAX_ITEMS = 20_000
#: Names of Python's own that are asked of the student's side; its word, as those of attributes are.
_ASKED = frozenset({"__name__", "__qualname__", "__dict__"})
#: Names that an object's type does not have here: they would say that it is a value.
_VALUES = frozenset({"Tensor", "Parameter", "ndarray", "DataFrame", "Series", "Named", *dir(builtins)})


class RemoteObject:
    # An object of the student's. Names that begin with two underscores are this side's, all others the student's, and
    # so are __doc__ and __name__, of which this class has none of its own.

    __slots__ = ("__claims", "__label", "__made", "__number", "__session", "__type_name", "__weakref__")

    def __init__(self, session: Session, reference: Reference, label: str = "") -> None:
        name = f"_{RemoteObject.__name__}__"
        set_own = object.__setattr__
        set_own(self, f"{name}session", session)
        set_own(self, f"{name}number", reference.number)
        set_own(self, f"{name}type_name", clean_text(reference.type_name, 100))
        set_own(self, f"{name}claims", tuple(claim for claim in reference.claims if claim in claimable()))
        labelled(self, label)

    # what it can do

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        value = self.__session.request("call", self, args=args, kwargs=kwargs)
        context.answered(self.__label or self.__type_name, value)
        return labelled(value, f"{self.__label or '…'}()", made=bool(CLASS_NAME.search(self.__label)))

    def __getattr__(self, name: str) -> Any:
        if name in ("__signature__", "__annotations__") and self.__type_name in KINDS:
            return inspected(self, name)
        if name.startswith("__") and name not in _ASKED:
            raise AttributeError(name)
        if name in MEASURES and not self.__made:
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
        return str(_operate(self, "repr", (self,))) if self.__made else described(self)

    def __str__(self) -> str:
        return str(_operate(self, "str", (self,))) if self.__made else described(self)

    def __format__(self, spec: str) -> str:
        return str(_operate(self, "format", (self, spec))) if self.__made else format(described(self), spec)

    def __bool__(self) -> bool:
        if self.__type_name in TRUE_KINDS and PLAIN_NAME.fullmatch(self.__label):
            return True  # the test asks whether a function or class of this name is there
        return _operate(self, "bool", (self,)) is True

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
            f"{what} of {described(self)}, which stays in the student's process: ask for a value instead (call it, "
            "read an attribute, or send a probe with student.run)"
        )

    def __mro_entries__(self, _bases: tuple[Any, ...]) -> NoReturn:
        raise context.author_mistake(
            f"{described(self)} cannot be the base of a class of the test's: write the subclass in a probe with "
            "student.run"
        )

    def __array(self, *_: Any) -> NoReturn:
        self.__refuse("arithmetic")

    def __copy(self, *_other: Any) -> NoReturn:
        self.__refuse("a copy")

    __array__ = __array
    __array_ufunc__ = None  # an operator of an array's with an object is the object's to answer, as a whole
    __reduce_ex__ = __copy__ = __deepcopy__ = __copy


def _operate(asked: Any, operation: str, operands: tuple[Any, ...]) -> Any:
    """Apply an operator in the student's process, by the rule of ``operating``."""
    of_test = any(is_remote(each) and _own(each, "made") for each in operands)
    what, kind = ASKED.get(operation, ("arithmetic", None))
    refuse = RemoteObject._RemoteObject__refuse  # type: ignore[attr-defined]  # its own name for it
    if operation in ASKED and not of_test:
        refuse(asked, what)
    try:
        value = _own(asked, "session").request("operate", None, operation, operands)
    except TypeError as error:
        failure = getattr(error, "failure", None)
        if of_test or failure is None or failure.frames:
            raise
        refuse(asked, what)  # no such operator: what came back was to be a value
    if kind is not None and type(value) is not kind:
        raise StudentError(f"{operation}() of a {_own(asked, 'type_name')} is no {kind.__name__}")
    if is_remote(value):
        return labelled(value, _own(asked, "label"), made=of_test)
    return value if of_test else refuse(asked, what)


for _name, _method in methods(_operate):
    setattr(RemoteObject, _name, _method)


def identical(ours: Any, theirs: Any) -> bool:
    """``ours is theirs``: of two objects of a student's its word, since each answer has a stand-in of its own here."""
    if ours is theirs or not (is_remote(ours) and is_remote(theirs)):
        return ours is theirs
    session = _own(ours, "session")
    return session is _own(theirs, "session") and session.request("operate", None, "is", (ours, theirs)) is True


def _own(remote: Any, name: str) -> Any:
    return object.__getattribute__(remote, f"_RemoteObject__{name}")


@lru_cache(256)
def _kind(type_name: str) -> type[RemoteObject]:
    """A class that has the name of the object's own, for ``type(layer).__name__``; it says nothing else."""
    if not type_name.isidentifier() or keyword.iskeyword(type_name) or type_name in _VALUES:
        return RemoteObject
    return type(type_name, (RemoteObject,), {"__slots__": (), "__doc__": RemoteObject.__doc__})


def remote(session: Session, reference: Reference) -> RemoteObject:
    """What stands here for an object of the student's."""
    return _kind(clean_text(reference.type_name, 100))(session, reference)


def is_remote(value: object) -> bool:
    """Whether this is one, whatever it claims to be."""
    return issubclass(type(value), RemoteObject)


def number_of(remote: Any, session: Session) -> int | None:
    """The object's number, if it lives in this student's process."""
    if _own(remote, "session") is not session:
        return None
    number: int = _own(remote, "number")
    return number


def type_name_of(remote: Any) -> str:
    return str(_own(remote, "type_name"))


def described(remote: Any) -> str:
    """An object in words of this side, which asks the student nothing."""
    return f"<the student's {_own(remote, 'type_name')}>"


def defined(remote: Any) -> Any:
    """The text and the definition of a function or class of the student's: see ``inspecting``.

    Raises:
        NotFound: the submission does not define it.
    """
    session: Session = _own(remote, "session")
    return definition(
        session.sources,
        _own(remote, "label"),
        type_name_of(remote),
        lambda: session.request("place", remote),
    )


def inspected(remote: Any, name: str) -> Any:
    """Its ``__signature__`` or ``__annotations__``."""
    try:
        _, node = defined(remote)
    except NotFound:
        raise ValueError(f"no signature found for {described(remote)}: the submission does not define it") from None
    found = signature(node, bound=type_name_of(remote) == "method")
    return found if name == "__signature__" else annotations_of(found)


def labelled(value: Any, label: str, *, made: bool = False) -> Any:
    """Remember under which name the author came by an object, and whether the test made it."""
    if is_remote(value):
        object.__setattr__(value, "_RemoteObject__label", label.lstrip("."))
        object.__setattr__(value, "_RemoteObject__made", made)
    return value


def _pair(value: Any) -> tuple[bool, Any]:
    if type(value) is not tuple or len(value) != 2 or type(value[0]) is not bool:
        raise StudentError("an iterator answered with something else than an item")
    return value
