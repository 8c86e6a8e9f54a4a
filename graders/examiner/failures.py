"""The student's exceptions, rebuilt on this side.

Ordinary built-in exceptions keep their type; a student's own subclass of one is caught by it too; everything else is a
``StudentError``. A student that is gone is a ``BaseException`` that no ``pytest.raises(Exception)`` catches.
"""

from __future__ import annotations

import builtins
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from graders.inside.failures import MAX_CAUSES, ORDINARY
from graders.wire import WireError, clean_text

MAX_FRAMES = 20
MAX_WORDS = 50_000
#: Their constructors want more than a message.
_AWKWARD = {"UnicodeDecodeError", "UnicodeEncodeError", "UnicodeTranslateError"}
_KINDS = frozenset({"raised", "load", "missing", "unsendable", "forbidden"})
_IDENTIFIER = re.compile(r"[^\W\d]\w*")
#: Names of exception types that may be shown wherever they come from.
_KNOWN_TYPES = frozenset(name for name, kind in vars(builtins).items() if isinstance(kind, type)) | {
    "LinAlgError",
    "OutOfMemoryError",
    "ForbiddenName",
    "MissingName",
    "BackendCompilerFailed",
    "coroutine",
    "function",
    "generator",
    "method",
    "module",
}


_LIBRARY_WORDS = frozenset({"torch", "nn", "functional", "Tensor", "numpy", "optim", "linalg", "fft", "builtins"})


class StudentGone(BaseException):
    """The student's process ended, went silent or broke the protocol. ``reason``: "eof", "timeout" or "protocol"."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"the student's process is gone: {reason}{f' ({detail})' if detail else ''}")
        self.reason = reason


class AuthorMistake(Exception):
    """The test asks for something that does not cross the border. The author's to repair, never the student's fault."""


class StudentError(Exception):
    """The student's code raised something that is no ordinary built-in exception."""


class RefusedOperation(TypeError):
    """A remote object was used as if it were a value."""


@dataclass(frozen=True, kw_only=True)
class Frame:
    """One line of the student's own files."""

    file: str
    line: int
    name: str
    source: str


@dataclass(frozen=True, kw_only=True)
class Sources:
    """The submission's text as the student's side told it when it was loaded.

    Nothing hidden had reached the student then. What it says later about names, files and lines is believed only as far
    as it agrees with this text, so that a hidden input cannot leave in the name of an exception.
    """

    files: Mapping[str, list[str]]
    words: frozenset[str]

    @classmethod
    def read(cls, value: Any) -> Sources:
        if type(value) is not dict or not all(type(n) is str and type(text) is str for n, text in value.items()):
            raise WireError("the sources are no texts")
        texts = {clean_text(name, 200): text.splitlines() for name, text in value.items()}
        words: set[str] = set()
        for text in value.values():
            words.update(match.group()[:100] for match in _IDENTIFIER.finditer(text[:1_000_000]))
            if len(words) > MAX_WORDS:
                break
        return cls(files=texts, words=frozenset(words))

    def name(self, text: str) -> str:
        """A type's name, if it stands in the submission or is one that everybody knows."""
        return text if text in _KNOWN_TYPES or text in self.words else "…"

    def frame(self, frame: Frame) -> Frame | None:
        lines = self.files.get(frame.file)
        if lines is None or not 0 < frame.line <= len(lines):
            return None
        return replace(frame, name=self.name(frame.name), source=clean_text(lines[frame.line - 1].strip(), 200))


NO_SOURCES = Sources(files={}, words=frozenset())


@dataclass(frozen=True, kw_only=True)
class StudentFailure:
    """One exception of the student's, as its process describes it."""

    kind: str
    type: str
    base: str
    message: str
    args: tuple[Any, ...] | None
    frames: tuple[Frame, ...]
    errno: int | None
    name: str  #: the missing or forbidden name
    key: str  #: why a value could not be sent
    cause: StudentFailure | None = None  #: what it was raised from
    spent: bool = False  #: its process has a device that does nothing more, so that another must take its place

    @classmethod
    def read(cls, data: Any, *, causes: int = MAX_CAUSES) -> StudentFailure:
        """Read what a hostile process sent.

        Raises:
            WireError: it is not a description of an exception.
        """
        if type(data) is not dict:
            raise WireError("an error is a dict")
        texts = {name: data.get(name, "") for name in ("kind", "type", "base", "message", "name", "key")}
        errno, args, frames = data.get("errno"), data.get("args"), data.get("frames")
        if not all(type(text) is str for text in texts.values()) or texts["kind"] not in _KINDS:
            raise WireError("an error's texts are no texts")
        if type(errno) not in (int, type(None)) or type(frames) is not list or len(frames) > MAX_FRAMES:
            raise WireError("an error's frames are no frames")
        if args is not None and (
            type(args) is not tuple or any(type(arg) not in (str, int, float, bool, type(None)) for arg in args)
        ):
            raise WireError("an error's arguments are not plain")
        cleaned: dict[str, Any] = {
            name: clean_text(text, 2000 if name == "message" else 200) for name, text in texts.items()
        }
        spent = data.get("spent") is True
        told = data.get("cause") if causes else None
        cleaned["cause"] = None if told is None else cls.read(told, causes=causes - 1)
        return cls(args=args, frames=tuple(_frame(frame) for frame in frames), errno=errno, spent=spent, **cleaned)

    def verified(self, sources: Sources) -> StudentFailure:
        """The same with only such names and lines as the submission has."""
        frames = tuple(frame for frame in map(sources.frame, self.frames) if frame is not None)
        name = self.name
        if self.kind == "forbidden" and not all(
            part in sources.words or part in _LIBRARY_WORDS for part in name.split(".")
        ):
            name = "?"
        return replace(self, type=sources.name(self.type), frames=frames, name=name)

    def exception(self, sources: Sources) -> Exception:
        """The exception to raise in the test; it carries the failure, as told and as far as it is believed."""
        error = self._build()
        error.failure = self  # type: ignore[attr-defined]  # found again when the test ends
        error.known = self.verified(sources)  # type: ignore[attr-defined]
        if self.cause is not None:
            error.__cause__ = self.cause.exception(sources)
        return error

    def _build(self) -> Exception:
        if self.base in _AWKWARD:
            return _mixed(UnicodeError)(self.message)
        if self.base not in ORDINARY:
            return StudentError(f"{self.type}: {self.message}")
        kind: type[Exception] = getattr(builtins, self.base)
        if self.type != self.base and self.kind != "missing":
            kind = _mixed(kind)
        if issubclass(kind, OSError) and self.errno is not None:
            return kind(self.errno, self.message)
        if self.args is None or issubclass(kind, SyntaxError):  # whose further arguments a traceback calculates with
            return kind(self.message)
        try:
            return kind(*self.args)
        except Exception:  # arguments that this type does not take, by a subclass's making or forged
            return kind(self.message)

    def to_event(self) -> dict[str, Any]:
        """As the engine reads it."""
        event: dict[str, Any] = {"type": self.type, "message": self.message, "file": "", "line": 0, "frames": []}
        if self.frames:
            event |= {"file": self.frames[-1].file, "line": self.frames[-1].line}
            event["frames"] = [vars(frame) for frame in self.frames]
        if self.errno is not None and abs(self.errno) < 2**31:
            event["errno"] = self.errno
        if self.name:
            event["name"] = self.name
        return event

    def text(self) -> str:
        """As a short traceback for instructors."""
        lines = [
            f'  File "{frame.file}", line {frame.line}, in {frame.name}\n    {frame.source}' for frame in self.frames
        ]
        return "\n".join(["In the student's code:", *lines, f"{self.type}: {self.message}"])


_mixed_kinds: dict[type, type[Exception]] = {}


def _mixed(kind: type[Exception]) -> type[Exception]:
    """StudentError and an ordinary exception in one: what a student's own subclass of the latter is here."""
    if kind not in _mixed_kinds:
        _mixed_kinds[kind] = type(f"Student{kind.__name__}", (StudentError, kind), {})
    return _mixed_kinds[kind]


def _frame(data: Any) -> Frame:
    if type(data) is not dict or type(data.get("line")) is not int or not 0 <= data["line"] < 10**7:
        raise WireError("a frame is no frame")
    texts: Sequence[Any] = [data.get(name) for name in ("file", "name", "source")]
    if not all(type(text) is str for text in texts):
        raise WireError("a frame's texts are no texts")
    return Frame(
        file=clean_text(texts[0], 200),
        line=data["line"],
        name=clean_text(texts[1], 200),
        source=clean_text(texts[2], 200),
    )
