"""What an earlier reading made of the parts of a course, taken up where nothing that they depend on has changed.

A part is a text, a quiz, an exercise. It is made of its own files, and of what the map of places answers about the rest
of the course: where a link, a label or a figure leads. So a part is kept with a digest of the one and with every
question that was put to the other, and its answer. It is taken up again only if the files are the same and the map,
asked again, says the same; and never by another version of the code that makes it.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import metadata
from pathlib import Path
from typing import Any, TypeVar

from courses.authoring.source.places import Map
from graders.problems import Problem

_ROOT = Path(__file__).resolve().parents[3]
#: The code that decides what becomes of a text, a quiz or an exercise, and the packages that it rests on.
_CODE = ("courses/authoring/source", "courses/quizzes", "graders")
_PACKAGES = (
    "latex2mathml",
    "markdown-it-py",
    "mdit-py-plugins",
    "nbconvert",
    "nbformat",
    "nh3",
    "pydantic",
    "Pygments",
    "PyYAML",
    "sympy",
)

Made = TypeVar("Made")


@lru_cache(maxsize=1)
def version() -> str:
    """Changes with any line of the code that makes parts: nobody has to think of it."""
    digest = hashlib.sha256(sys.version.encode())
    for name in _PACKAGES:
        digest.update(f"{name} {metadata.version(name)}\n".encode())
    for path in sorted(path for folder in _CODE for path in (_ROOT / folder).rglob("*.py")):
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


@dataclass(kw_only=True)
class Memory:
    """``earlier``: what was kept, by the name of the part. ``now``: what is worth keeping of this reading."""

    earlier: Mapping[str, dict[str, Any]] = field(default_factory=dict)
    now: dict[str, dict[str, Any]] = field(default_factory=dict)


class Part:
    """One part of a course while it is read.

    Args:
        name: its own among all parts of the course.
        inputs: all that it is made of, as JSON, but for what the map says.
    """

    def __init__(self, name: str, inputs: Any, *, memory: Memory, places: Map, problems: list[Problem]) -> None:
        self.name, self.memory, self.places, self.problems = name, memory, places, problems
        self.digest = hashlib.sha256(json.dumps([version(), inputs], sort_keys=True).encode()).hexdigest()
        self._asked: list[Any] | None = None  #: None: not made, or made with mistakes

    def recall(self) -> Any:
        """What was made of it, as JSON; None where it is to be made anew."""
        kept = self.memory.earlier.get(self.name)
        if kept is None or kept["inputs"] != self.digest:
            return None
        public = set(self.places.public)
        if any(self.places.answer(question) != answer for question, answer in kept["asked"]):
            self.places.public = public
            return None
        self.memory.now[self.name] = kept
        return kept["value"]

    def value(self, make: Callable[[], Made]) -> Made:
        """What was made of it, or else what ``make`` makes of it now; both are JSON."""
        value: Made | None = self.recall()
        if value is None:
            with self.made():
                value = make()
            self.keep(value)
        return value

    @contextmanager
    def made(self) -> Iterator[None]:
        """Notes what the map is asked meanwhile, and whether there are mistakes."""
        before = len(self.problems)
        with self.places.noted() as asked:
            yield
        self._asked = asked if len(self.problems) == before else None

    def keep(self, value: Any) -> None:
        """``value`` is what ``recall`` will give. A part with mistakes is not kept: they are to be told each time."""
        if self._asked is not None:
            self.memory.now[self.name] = {"inputs": self.digest, "asked": self._asked, "value": value}


def digests_of(files: Mapping[str, bytes], names: Iterable[str]) -> dict[str, str]:
    """What a part is made of, where that is files."""
    return {name: hashlib.sha256(files[name]).hexdigest() for name in names if name in files}
