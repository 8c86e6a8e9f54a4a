"""Exceptions as plain data: type, message, the student's own frames; ``__str__`` and ``__name__`` may be hostile."""

from __future__ import annotations

import builtins
import traceback
from collections.abc import Mapping
from types import TracebackType
from typing import Any

from graders.inside.objects import type_name
from graders.wire import clean_text
from graders.wire.own import own_builtins

own_builtins(globals())

MAX_MESSAGE = 2000
MAX_FRAMES = 20
MAX_LINE = 200
MAX_CAUSES = 3
PLAIN = (str, int, float, bool, type(None))

#: Ordinary exceptions that keep their type outside. What ends iteration, processes or tests is not ordinary.
ORDINARY = frozenset(
    name
    for name, kind in vars(builtins).items()
    if isinstance(kind, type)
    and issubclass(kind, Exception)
    and not issubclass(kind, (StopIteration, StopAsyncIteration, Warning, ExceptionGroup))
    and kind is not Exception
)
_cause_of = BaseException.__dict__["__cause__"].__get__  # whatever a subclass calls so
_ordinary_types = {getattr(builtins, name): name for name in ORDINARY}


def describe(
    error: BaseException,
    trace: TracebackType | None,
    sources: Mapping[str, tuple[str, list[str]]],
    *,
    kind: str = "raised",
    causes: int = MAX_CAUSES,
) -> dict[str, Any]:
    """One exception as a dict for the reply.

    Args:
        sources: file name as in tracebacks -> (name as submitted, lines).
        kind: what it was caught doing: "raised", "load", "missing", "unsendable", "forbidden".
        causes: how many exceptions, each the ``__cause__`` of the one before, are told too.
    """
    described: dict[str, Any] = {
        "kind": kind,
        "type": type_name(type(error)),
        "base": ordinary_base(error),
        "message": message_of(error),
        "args": plain_args(error),
        "frames": frames_of(trace, sources),
        "errno": None,
    }
    if isinstance(error, OSError) and type(error.errno) is int:
        described["errno"] = error.errno
    cause = _cause_of(error)
    if cause is not None and causes:
        described["cause"] = describe(cause, None, sources, causes=causes - 1)
    return described


def ordinary_base(error: BaseException) -> str:
    """The nearest ordinary built-in class of an exception, by identity; "" if there is none."""
    for base in type.mro(type(error)):
        for kind, name in _ordinary_types.items():
            if kind is base:
                return name
    return ""


def message_of(error: BaseException) -> str:
    try:
        text = str(error)
    except BaseException:  # whatever a hostile __str__ raises, the reply goes out
        return "(its message could not be read)"
    return clean_text(text, MAX_MESSAGE)


def plain_args(error: BaseException) -> tuple[Any, ...] | None:
    """Short plain arguments, so that ``KeyError('name')`` is itself on the other side."""
    args = BaseException.args.__get__(error)  # type: ignore[attr-defined]  # a getset descriptor
    if type(args) is not tuple or len(args) > 4:
        return None
    if any(type(arg) not in PLAIN or (type(arg) is str and len(arg) > MAX_MESSAGE) for arg in args):
        return None
    return args


def frames_of(trace: TracebackType | None, sources: Mapping[str, tuple[str, list[str]]]) -> list[dict[str, Any]]:
    """Where the student's own files were, outermost first; the middle of a deep recursion is left out."""
    frames = []
    for frame, line in traceback.walk_tb(trace):
        known = sources.get(frame.f_code.co_filename)
        if known is not None:
            name, lines = known
            source = lines[line - 1].strip() if 0 < line <= len(lines) else ""
            function = clean_text(frame.f_code.co_name, MAX_LINE)
            frames.append({"file": name, "line": line, "name": function, "source": clean_text(source, MAX_LINE)})
    if len(frames) > MAX_FRAMES:
        frames = frames[: MAX_FRAMES // 2] + frames[-MAX_FRAMES // 2 :]
    return frames
