"""``capsys`` for tests: what the student's code and the test itself print while a test runs.

pytest's own looks at descriptors, which here belong to nobody; what the student's code prints comes with its answers.
"""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterator
from typing import NamedTuple

import pytest


class Printed(NamedTuple):
    """What was printed since it was last asked for."""

    out: str
    err: str


class Catcher:
    """What the fixture gives."""

    def __init__(self) -> None:
        self.out, self.err = io.StringIO(), io.StringIO()

    def readouterr(self) -> Printed:
        """What was printed, which is forgotten then."""
        printed = Printed(self.out.getvalue(), self.err.getvalue())
        for stream in (self.out, self.err):
            stream.seek(0)
            stream.truncate()
        return printed

    @contextlib.contextmanager
    def disabled(self) -> Iterator[None]:
        """Nobody reads what is printed here anyway."""
        yield


class Catching:
    """The pytest plugin."""

    @pytest.fixture
    def capsys(self) -> Iterator[Catcher]:
        """What is printed while the test runs."""
        catcher = Catcher()
        with contextlib.redirect_stdout(catcher.out), contextlib.redirect_stderr(catcher.err):
            yield catcher

    @pytest.fixture
    def capfd(self, capsys: Catcher) -> Catcher:
        """The same: what writes to descriptors past Python is not caught."""
        return capsys
