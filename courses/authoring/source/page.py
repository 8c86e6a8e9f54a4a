"""What rendering one text needs to know, and what it leaves behind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from courses.authoring.source.places import Map
from graders.problems import Problem


@dataclass(kw_only=True)
class Page:
    """One text while it is rendered: its file, its language, and the list to which its mistakes go."""

    file: str
    language: str
    problems: list[Problem]
    places: Map
    first_line: int = 1
    #: Slugs that ``{quiz}`` and ``{exercise}`` may name here; empty where the text may hold no such block.
    blocks: Mapping[str, frozenset[str]] = field(default_factory=dict)
    used: list[tuple[str, str]] = field(default_factory=list)  #: the blocks met, in order
    nested: bool = False
    #: The text comes from a notebook: ``{output} n`` stands for one of these pieces of sanitised HTML.
    notebook: bool = False
    outputs: Mapping[str, str] = field(default_factory=dict)

    def add(self, line: int, message: str, expected: str) -> None:
        self.problems.append(Problem(file=self.file, line=line, message=message, expected=expected))

    def inside(self, *, first_line: int) -> Page:
        """The page for the body of a directive, whose lines start at ``first_line``."""
        return replace(self, first_line=first_line, nested=True)
