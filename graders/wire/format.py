"""Tags, bounds and the few value types that exist only on the wire."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

from graders.wire.measures import MEASURES, PROPERTIES
from graders.wire.own import own_builtins

own_builtins(globals())

DEFAULT_FRAME_LIMIT = 16 * 1024 * 1024
MAX_DEPTH = 32
MAX_NODES = 262_144  #: values in one frame; packed numbers count a quarter
MAX_DIMS = 8
MAX_NUMEL = 2**31  #: product of the sizes, zeros counted as ones, so that no stride overflows
MAX_INT_BYTES = 512
MAX_FIELDS = 64
MAX_NAME = 200
#: Entries whose hashes an attacker can make collide (tuples, complex, long integers ...): quadratic beyond this.
MAX_WEAK_KEYS = 4096
STRONG_KEYS = (str, int, bytes, bool, float, type(None))

# One byte each; the letters have no meaning beyond being different.
NONE, TRUE, FALSE = b"N", b"T", b"F"
INT, LONG, FLOAT, COMPLEX = b"i", b"j", b"d", b"c"
STR, BYTES = b"s", b"b"
LIST, TUPLE, DICT, SET, FROZENSET = b"l", b"t", b"m", b"S", b"Z"
INTS, FLOATS = b"Q", b"D"  # lists of numbers only, packed
NAMED, SLICE, ELLIPSIS = b"n", b"h", b"E"
SIZE, DTYPE, DEVICE = b"z", b"y", b"v"
SCALAR, ARRAY, TENSOR, PLACED = b"g", b"a", b"x", b"P"
REFERENCE, LIBRARY, PROBE, SHARED, LOAN = b"r", b"q", b"p", b"k", b"w"
LENT, OWNED, GRAPHED, GENERATOR = b"L", b"O", b"G", b"R"
TEXTS, OBJECTS, WORD = b"u", b"o", b"W"  # NumPy's: arrays of texts, arrays of plain objects, a single text

TENSOR_REQUIRES_GRAD = 1
TENSOR_PARAMETER = 2
TENSOR_HAS_HISTORY = 4  #: of the test's, and no leaf of its graph


class WireError(Exception):
    """The bytes are not a value of the wire: whoever sent them broke the protocol."""


class Unsendable(Exception):
    """This value does not cross the border. ``key`` names the reason, the message is a sentence."""

    def __init__(self, message: str, *, key: str = "unsendable") -> None:
        super().__init__(message)
        self.key = key


@dataclass(frozen=True, kw_only=True)
class Reference:
    """An object that stays in the student's process, known by its number there."""

    number: int
    type_name: str = ""
    claims: tuple[str, ...] = ()  #: library classes among its bases, by the student's word


@dataclass(frozen=True)
class Library:
    """A function or class that both sides have, by its dotted name."""

    name: str


@dataclass(frozen=True, kw_only=True)
class Probe:
    """A small function of the author's, as source, with the library names that it uses."""

    name: str
    source: str
    names: tuple[tuple[str, str], ...] = ()  #: (name in the source, dotted name)


@dataclass(frozen=True, kw_only=True)
class Loan:
    """Something that stays with the test, known by its number: what the student's code may call and read of it."""

    number: int
    kind: str = ""  #: "function", "object" or "mock", which has any method
    calls: tuple[str, ...] = ()
    reads: tuple[str, ...] = ()


@dataclass(frozen=True)
class Placed:
    """A tensor that is to lie on a device over there. Its values travel as those of any other."""

    tensor: Any
    device: Any


@dataclass(frozen=True, kw_only=True)
class Owned:
    """A parameter of the student's, or another leaf that it has gradients for: its number there, and what it holds."""

    number: int
    tensor: Any = None  #: None where it is only named
    grad: Any = None


@dataclass(frozen=True)
class Lent:
    """A parameter of the test's that the student's code holds, named by its number in the request."""

    number: int


@dataclass(frozen=True, kw_only=True)
class Graphed:
    """A tensor whose graph stays in the student's process: of which graph it is which output."""

    number: int
    index: int
    tensor: Any


class Named(tuple[Any, ...]):
    """A named tuple of the other side: a tuple that also has its field names. No class is made from sent names.

    A field that is called like a property of tensors, or an object called like one of their methods, is read by its
    place alone: else a tuple with a field ``shape`` would pass for a tensor of that shape.
    """

    _fields: tuple[str, ...]
    _name: str  #: of its class there, for its repr alone

    @property
    def index(self) -> Any:
        """A field of this name, which hides the method of tuples, as it does in a real one."""
        return self.__getattr__("index") if "index" in self._fields else super().index

    @property
    def count(self) -> Any:
        return self.__getattr__("count") if "count" in self._fields else super().count

    @classmethod
    def build(cls, fields: tuple[str, ...], values: tuple[Any, ...], name: str = "") -> Self:
        named = cls(values)
        named._fields, named._name = fields, name
        return named

    def __getattr__(self, name: str) -> Any:
        if name == "_fields" or name not in self._fields:
            raise AttributeError(name)
        place = self._fields.index(name)
        if name in PROPERTIES or (name in MEASURES and callable(self[place])):
            raise AttributeError(f"a named tuple is no tensor: its field {name} is read as [{place}]")
        return self[place]

    def _asdict(self) -> dict[str, Any]:
        return dict(zip(self._fields, self, strict=True))

    def __repr__(self) -> str:
        return f"{self._name}({', '.join(f'{name}={value!r}' for name, value in self._asdict().items())})"


def clean_text(text: str, limit: int) -> str:
    """Text that any log, terminal, database or page can hold: bounded, no controls, no surrogates, no bidi marks."""
    kept = text[:limit]
    return "".join(char if char.isprintable() or char in "\n\t" else "\ufffd" for char in kept)
