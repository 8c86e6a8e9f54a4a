"""What a test listens to while it waits: what is printed and warned meanwhile, and functions that it has replaced."""

from __future__ import annotations

import contextlib
import io
import sys
import warnings
from collections.abc import Iterator
from typing import Any

from graders.inside import probes
from graders.inside.objects import type_name
from graders.wire import Library, WireError
from graders.wire.own import own_builtins

own_builtins(globals())

MAX_HEARD = 64 * 1024  #: bytes of each stream in one request
MAX_WARNINGS = 100
MAX_WARNING = 2000
#: Keys of what is listened to; any other is the dotted name of something that the test has replaced.
OUT, ERR, WARNED, PRINTED = "stdout", "stderr", "warned", "printed"
_KINDS: tuple[type[Warning], ...] = (Warning, *Warning.__subclasses__())
#: Python's own kinds of warnings by name, which is what crosses of a warning's kind.
WARNINGS = {kind.__name__: kind for kind in _KINDS if kind.__module__ == "builtins"}
_NAMES = {id(kind): name for name, kind in WARNINGS.items()}


class _Bounded(io.BytesIO):
    """Keeps the beginning of what is written."""

    def write(self, data: Any) -> int:
        room = MAX_HEARD - self.tell()
        if room > 0:
            super().write(bytes(data)[:room])
        return len(data)

    def close(self) -> None:
        """It is read when the stream around it may be gone already."""


def streams() -> tuple[io.TextIOWrapper, ...]:
    """New streams on descriptors 1 and 2: what the zygote's were opened on is not what these are now.

    Lines go out as they are printed, in UTF-8, whatever the text holds.
    """
    sys.stdout, sys.stderr = made = tuple(
        _text(io.BufferedWriter(io.FileIO(fd, "w", closefd=False)), line_buffering=True) for fd in (1, 2)
    )
    sys.__stdout__, sys.__stderr__ = made  # type: ignore[misc]  # whoever asks for the original gets ours
    return made


def _text(buffer: Any, **options: Any) -> io.TextIOWrapper:
    return io.TextIOWrapper(buffer, encoding="utf-8", errors="backslashreplace", **options)


@contextlib.contextmanager
def listening(wanted: dict[str, Any], heard: list[tuple[Any, ...]]) -> Iterator[None]:
    """While a request is answered: keep what is printed and warned, put the test's functions in the place of others.

    Args:
        wanted: what is listened to; a value is what takes the place of a dotted name.
        heard: where to note it down.
    """
    with contextlib.ExitStack() as stack:
        if OUT in wanted or ERR in wanted:
            stack.enter_context(_printed(wanted, heard))
        if WARNED in wanted:
            stack.enter_context(_warned(heard))
        for name, value in wanted.items():
            if name not in (OUT, ERR, WARNED):
                stack.enter_context(_replaced(name, value))
        yield


@contextlib.contextmanager
def _printed(wanted: dict[str, Any], heard: list[tuple[Any, ...]]) -> Iterator[None]:
    kept = (_Bounded(), _Bounded())
    before = sys.stdout, sys.stderr
    if OUT in wanted:
        sys.stdout = _text(kept[0], write_through=True)
    if ERR in wanted:
        sys.stderr = _text(kept[1], write_through=True)
    try:
        yield
    finally:
        sys.stdout, sys.stderr = before
        heard.append((PRINTED, *(each.getvalue().decode("utf-8", "replace") for each in kept)))


@contextlib.contextmanager
def _warned(heard: list[tuple[Any, ...]]) -> Iterator[None]:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            yield
        finally:
            for each in (caught or [])[:MAX_WARNINGS]:
                heard.append((WARNED, _category(each.category), _words(each.message)))


def _category(kind: Any) -> str:
    """The nearest of Python's own kinds of warnings."""
    bases = type.mro(kind) if isinstance(kind, type) else ()
    return next((_NAMES[id(base)] for base in bases if id(base) in _NAMES), "UserWarning")


def _words(message: Any) -> str:
    try:
        return str.__str__(str(message))[:MAX_WARNING]
    except BaseException:  # whatever a hostile __str__ raises, the reply goes out
        return f"(a {type_name(type(message))} whose words could not be read)"


@contextlib.contextmanager
def _replaced(dotted: str, value: Any) -> Iterator[None]:
    place, _, name = dotted.rpartition(".")
    try:
        module = probes.find(Library(place))
    except (WireError, AttributeError):  # not imported here: nobody can use it either
        yield
        return
    before = getattr(module, name, None)
    setattr(module, name, value)
    try:
        yield
    finally:
        setattr(module, name, before)
