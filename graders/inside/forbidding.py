"""Names that an exercise asks to do without: using one raises a friendly error.

Only a use in the submission's own files counts: torch itself may call what the student may not. This is a reminder for
honest students, not a wall; no point depends on it.
"""

from __future__ import annotations

import builtins
import functools
import sys
from collections.abc import Callable, Container, Sequence
from types import ModuleType
from typing import Any


class ForbiddenName(RuntimeError):
    """This exercise asks you to do without this name."""

    def __init__(self, name: str) -> None:
        super().__init__(f"this exercise asks you to write it without {name}")
        self.forbidden = name


def forbid(names: Sequence[str], files: Container[str]) -> None:
    """Make each dotted name raise when one of the files uses it."""
    modules = {name for name in names if "." not in name and not hasattr(builtins, name)}
    for name in names:
        if name in modules:
            continue
        owner, attribute = _owner(name)
        if owner is not None:
            _replace(owner, attribute, name, files)
    if modules:
        _guard_import(frozenset(modules), files)


def _owner(dotted: str) -> tuple[Any, str]:
    *path, attribute = dotted.split(".")
    if not path:
        return builtins, attribute
    for length in range(len(path), 0, -1):
        owner: Any = sys.modules.get(".".join(path[:length]))
        if owner is None:
            continue
        for part in path[length:]:
            owner = getattr(owner, part, None)
        return (owner, attribute) if hasattr(owner, attribute) else (None, attribute)
    return None, attribute


def _replace(owner: Any, attribute: str, name: str, files: Container[str]) -> None:
    original = getattr(owner, attribute)
    if isinstance(original, type):
        guarded = _guard(original.__init__, name, files)  # type: ignore[misc]  # the class itself stays a class
        setattr(original, "__init__", guarded)  # noqa: B010 -- mypy refuses the plain assignment
    elif not isinstance(original, ModuleType) and callable(original):
        setattr(owner, attribute, _guard(original, name, files))


def _guard(original: Callable[..., Any], name: str, files: Container[str]) -> Callable[..., Any]:
    @functools.wraps(original)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        if sys._getframe(1).f_code.co_filename in files:
            raise ForbiddenName(name)
        return original(*args, **kwargs)

    return guarded


def _guard_import(modules: frozenset[str], files: Container[str]) -> None:
    original = builtins.__import__

    def guarded(name: str, globals: Any = None, *args: Any, **kwargs: Any) -> Any:  # noqa: A002 -- as the built-in
        if name.partition(".")[0] in modules and sys._getframe(1).f_code.co_filename in files:
            raise ForbiddenName(name)
        return original(name, globals, *args, **kwargs)

    builtins.__import__ = guarded
