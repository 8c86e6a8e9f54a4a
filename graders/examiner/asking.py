"""Functions of Python's own that are asked about what stands for the student's functions here."""

from __future__ import annotations

import inspect
from typing import Any

from graders.examiner.inspecting import NotFound
from graders.examiner.remote import defined, described, is_remote

_getsourcelines, _getsource = inspect.getsourcelines, inspect.getsource


def install() -> None:
    """Have ``inspect`` find the source of the student's functions in the submission's text."""
    own: Any = inspect
    own.getsourcelines, own.getsource = getsourcelines, getsource


def getsource(asked: Any) -> str:
    return _text(asked) if is_remote(asked) else _getsource(asked)


def getsourcelines(asked: Any) -> tuple[list[str], int]:
    if not is_remote(asked):
        return _getsourcelines(asked)
    return _text(asked).splitlines(keepends=True), 0


def _text(remote: Any) -> str:
    try:
        text, _ = defined(remote)
    except NotFound:
        raise OSError(f"could not get source code of {described(remote)}: the submission does not define it") from None
    return str(text)
