"""The ``student`` fixture: the submission's names, across the border."""

from __future__ import annotations

import time
from collections.abc import Callable
from types import FunctionType
from typing import TYPE_CHECKING, Any

from graders.examiner import context
from graders.examiner.remote import is_remote, labelled
from graders.examiner.sending import probe_of
from graders.wire import Reference

if TYPE_CHECKING:
    from graders.examiner.session import Session

_SUBMISSION = Reference(number=0)


class Student:
    """The submission. ``student.NAME`` is its attribute; ``student["run"]`` one that is called like a method here."""

    __slots__ = ("_session",)  # no __dict__: monkeypatch would look there for what it is to put back

    def __init__(self, session: Session) -> None:
        object.__setattr__(self, "_session", session)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return self[name]

    def __getitem__(self, name: str) -> Any:
        session: Session = object.__getattribute__(self, "_session")
        value = session.request("get", _SUBMISSION, name)
        if not is_remote(value):
            context.answered(name, value)
        return labelled(value, name)

    def __setattr__(self, name: str, value: Any) -> None:
        self._session.request("set", _SUBMISSION, name, (value,))

    def __delattr__(self, name: str) -> None:
        self._session.request("delete", _SUBMISSION, name)

    def run(self, probe: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
        """Send a small function of the test's to the sandbox and call it there as ``probe(submission, *args)``.

        What it returns is the student's word: prefer what can be computed again on this side.
        """
        if type(probe) is not FunctionType:
            raise context.author_mistake("student.run takes a plain function of the test file")
        value = self._session.request("run", probe_of(probe), args=args, kwargs=kwargs)
        context.answered(probe.__name__, value)
        return labelled(value, f"{probe.__name__}()")

    def seed(self, number: int) -> None:
        """Seed Python, NumPy and torch in the sandbox."""
        self._session.request("seed", _SUBMISSION, args=(number,))

    def timed(self, function: Callable[..., Any], /, *args: Any, **kwargs: Any) -> tuple[Any, float]:
        """Call one of the student's functions; the value and the seconds it took by this side's clock."""
        started = time.perf_counter()
        value = function(*args, **kwargs)
        return value, time.perf_counter() - started

    def __repr__(self) -> str:
        return "<the student's submission>"
