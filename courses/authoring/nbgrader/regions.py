"""What lies between ``### BEGIN`` and ``### END`` lines: found by the words in a line, as nbgrader finds it."""

from __future__ import annotations

from dataclasses import dataclass

from courses.authoring.nbgrader.cells import Refused
from courses.authoring.nbgrader.settings import Settings


@dataclass(frozen=True, kw_only=True)
class Region:
    """One kind of region: the words that open and close it."""

    begin: str
    end: str

    def found_in(self, source: str) -> bool:
        return any(self.begin in line for line in source.split("\n"))

    def replaced(self, source: str, stub: str | None, *, cell: int) -> str:
        """The text without its regions; ``stub`` stands in the place of each, indented as the region was.

        Raises:
            Refused: a region is opened twice, or never closed.
        """
        lines: list[str] = []
        inside = False
        for line in source.split("\n"):
            if self.begin in line:
                if inside:
                    raise Refused(f"“{self.begin}” stands inside of another; end the first before", cell=cell)
                inside = True
                indent = line[: len(line) - len(line.lstrip())]
                lines += [indent + part for part in stub.split("\n")] if stub is not None else []
            elif self.end in line:
                inside = False
            elif not inside:
                lines.append(line)
        if inside:
            raise Refused(f"“{self.begin}” has no “{self.end}”", cell=cell)
        return "\n".join(lines)

    def without_marks(self, source: str) -> str:
        """The whole text, without the lines that mark its regions."""
        return "\n".join(line for line in source.split("\n") if self.begin not in line and self.end not in line)


@dataclass(frozen=True, kw_only=True)
class Regions:
    """The three kinds, as a course calls them."""

    solution: Region
    hidden: Region
    scheme: Region  #: of marking, in tasks and written answers

    @classmethod
    def of(cls, settings: Settings) -> Regions:
        text = settings.text
        return cls(
            solution=Region(
                begin=text("ClearSolutions.begin_solution_delimeter", "BEGIN SOLUTION"),
                end=text("ClearSolutions.end_solution_delimeter", "END SOLUTION"),
            ),
            hidden=Region(
                begin=text("ClearHiddenTests.begin_test_delimeter", "BEGIN HIDDEN TESTS"),
                end=text("ClearHiddenTests.end_test_delimeter", "END HIDDEN TESTS"),
            ),
            scheme=Region(
                begin=text("ClearMarkScheme.begin_mark_scheme_delimeter", "BEGIN MARK SCHEME"),
                end=text("ClearMarkScheme.end_mark_scheme_delimeter", "END MARK SCHEME"),
            ),
        )
