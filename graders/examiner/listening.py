"""What a test listens to while the student's code runs: output, warnings, and functions of libraries that it replaced.

In one process ``capsys``, ``redirect_stdout``, ``pytest.warns`` and ``patch("builtins.input")`` change what the
student's code meets. Here each request says what is to be kept for the test or replaced meanwhile, and only where the
test has changed it: what it did not touch costs nothing. What is heard is the student's word, bounded, and goes to
where the test looks: to ``sys.stdout`` and ``sys.stderr`` as they are then, and to ``warnings``.
"""

from __future__ import annotations

import builtins
import re
import sys
import warnings
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from graders.inside.hearing import ERR, MAX_HEARD, MAX_WARNING, MAX_WARNINGS, OUT, PRINTED, WARNED, WARNINGS
from graders.wire import WireError

#: Modules whose functions a test may replace for the student's side too.
_MODULES = (
    *("builtins", "random", "time", "math", "statistics", "json", "itertools"),
    *("numpy", "numpy.random", "numpy.linalg", "torch", "torch.nn.functional", "torch.linalg"),
)
#: Python's own that both sides need as they are.
_NEVER = frozenset({"__import__", "exec", "eval", "compile", "open"})
_REPLACES = re.compile(r"patch|setattr|builtins|\w\.\w+ *= *[^=\s]")

_watched: list[tuple[str, Any, str, Any]] = []  #: dotted name, the module's names, name, and what it is by itself
_home: tuple[Any, ...] = ()


@cache
def _originals() -> dict[str, list[tuple[str, Any, str, Any]]]:
    """What could be replaced, by name: as it is before any test runs."""
    found: dict[str, list[tuple[str, Any, str, Any]]] = {}
    for place in _MODULES:
        names = vars(sys.modules[place]) if place in sys.modules else {}
        for name, value in list(names.items()):
            if callable(value) and not isinstance(value, type) and name[:1] != "_" and name not in _NEVER:
                found.setdefault(name, []).append((f"{place}.{name}", names, name, value))
    return found


def watch(source: str) -> None:
    """Look out for what these tests may replace: the names that stand in their text, if it replaces anything."""
    if _REPLACES.search(source):
        known = _originals()
        for name in sorted(set(re.findall(r"\w+", source))):
            _watched.extend(each for each in known.get(name, ()) if each not in _watched)


def begin() -> None:
    """Remember where output, input and warnings go before a test changes that."""
    global _home
    _home = (sys.stdout, sys.stderr, sys.stdin, warnings.showwarning, _show())


def _show() -> Any:
    return getattr(warnings, "_showwarnmsg_impl", None)  # where catch_warnings(record=True) collects


def wanted() -> dict[str, Any]:
    """What the test listens to just now; empty for nearly every request."""
    found: dict[str, Any] = {}
    if not _home:
        return found
    out, err, given, shown, collected = _home
    if sys.stdout is not out:
        found[OUT] = None
    if sys.stderr is not err:
        found[ERR] = None
    if warnings.showwarning is not shown or _show() is not collected:
        found[WARNED] = None
    if sys.stdin is not given:
        found["builtins.input"] = _read_line
    for dotted, names, name, original in _watched:
        value = names.get(name)
        if value is not original and value is not None:
            found[dotted] = value
    return found


def _read_line(prompt: object = "") -> str:
    """``input`` of the student's code, where the test has put its own text in the place of ``sys.stdin``."""
    return builtins.input(prompt)


def hear(points: tuple[Any, ...], listened: Mapping[str, Any]) -> Iterator[Any]:
    """Give the test what it listens to; all else among the points is passed on.

    Raises:
        WireError: nobody listens to this, or it is nothing that can be heard.
    """
    warned = 0
    for point in points:
        if type(point) is not tuple or not point or point[0] not in (PRINTED, WARNED):
            yield point
            continue
        asked = {OUT, ERR} if point[0] == PRINTED else {WARNED}
        if not asked & listened.keys() or len(point) != 3 or not all(type(part) is str for part in point):
            raise WireError("something comes that nobody listens to")
        if point[0] == PRINTED:
            if max(map(len, point)) > MAX_HEARD:
                raise WireError("more is printed than can be heard")
            _write(point[1:])
            continue
        warned += 1
        if warned > MAX_WARNINGS or len(point[2]) > MAX_WARNING:
            raise WireError("more warnings than can be heard")
        category = WARNINGS.get(point[1], UserWarning)
        warnings.warn_explicit(point[2], category, "<the student's code>", 1)


def _write(texts: tuple[str, str]) -> None:
    for stream, home, text in zip((sys.stdout, sys.stderr), _home[:2], texts, strict=True):
        if text and stream is not home:
            stream.write(text)
