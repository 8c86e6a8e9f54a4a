"""The namespace of test cells: their own names, and through it the student's.

Reading, binding and deleting a name of the student's acts in the student's process: Python asks a namespace that is no
plain dict for every name (``LOAD_NAME``, ``LOAD_GLOBAL`` and ``STORE_NAME`` in CPython 3.11). Only ``global x`` in a
function stores past it: such values are carried over before the next name is looked up.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from graders.examiner import context
from graders.examiner.remote import identical, is_remote, labelled, type_name_of
from graders.examiner.sameness import IDENTICAL
from graders.examiner.student import Student
from graders.notebooks.ownership import SUBMISSION
from graders.wire import Reference

if TYPE_CHECKING:
    from graders.examiner.session import Session

_SUBMISSION = Reference(number=0)
#: What test cells have besides: ``seed_student(7)`` seeds the student's side as ``torch.manual_seed(7)`` does this one.
SEED = "seed_student"


class Namespace(dict[str, Any]):
    """Globals of test cells."""

    def __init__(self, students: frozenset[str], session: Callable[[], Session], *, fixture: bool = False) -> None:
        """Nothing in it yet.

        Args:
            students: the names that are the student's, as ``notebooks.ownership`` found.
            fixture: whether ``student`` is the submission, as in test files.
        """
        super().__init__({"__name__": "tests", "__doc__": None, SEED: self._seed_student, IDENTICAL: identical})
        self.students = students  #: read by whoever sends a function of these cells: over there it would not find them
        self._session, self._fixture = session, fixture

    def _seed_student(self, number: int) -> None:
        self._session().request("seed", _SUBMISSION, args=(int(number),))

    def __getitem__(self, name: str) -> Any:
        self.carry_over()
        if self._fixture and name == SUBMISSION:
            return Student(self._session())
        if name not in self.students:
            return super().__getitem__(name)
        try:
            value = self._session().request("get", _SUBMISSION, name)
        except AttributeError as error:
            failure = getattr(error, "failure", None)
            if failure is None or failure.kind != "missing":
                raise
            context.current.missing = name
            raise KeyError(name) from None
        if is_remote(value) and type_name_of(value) == "module":
            raise context.author_mistake(
                f"the test reads the module {name} of the student's notebook, whose functions would be the student's "
                f"word: import it in the test cell, or in a locked cell"
            )
        if not is_remote(value):
            context.current.last = (name, value)
        return labelled(value, name)

    def __setitem__(self, name: str, value: Any) -> None:
        if name in self.students:
            self._session().request("set", _SUBMISSION, name, (value,))
        else:
            super().__setitem__(name, value)

    def __delitem__(self, name: str) -> None:
        if name not in self.students:
            super().__delitem__(name)
            return
        try:
            self._session().request("delete", _SUBMISSION, name)
        except AttributeError:
            raise KeyError(name) from None

    def carry_over(self) -> None:
        """Hand the student what a function of the tests has stored under ``global``."""
        for name in self.students:
            if dict.__contains__(self, name):
                self[name] = dict.pop(self, name)
