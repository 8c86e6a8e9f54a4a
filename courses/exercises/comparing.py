"""What a student has changed from one submission to the next, line by line."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

#: Lines of unchanged code that are shown around a change.
AROUND = 3
#: Lines of one file, of both texts together, up to which they are compared: it costs up to their square.
MAX_LINES = 6000


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line of a comparison; a gap, where unchanged lines were left out, has no numbers and no text."""

    kind: str  #: same, added, removed or gap
    before: int | None = None  #: its number in the earlier text; None: it was not there
    after: int | None = None
    text: str = ""


@dataclass(frozen=True, kw_only=True)
class FileChange:
    """One file in both submissions."""

    name: str
    lines: list[Line]
    too_long: bool = False

    @property
    def added(self) -> int:
        return sum(line.kind == "added" for line in self.lines)

    @property
    def removed(self) -> int:
        return sum(line.kind == "removed" for line in self.lines)


def changes_between(before: Mapping[str, str], after: Mapping[str, str]) -> list[FileChange]:
    """The files that differ; one that only one of them has is all new, or all gone."""
    names = list(dict.fromkeys([*after, *before]))
    return [
        _compared(name, before.get(name, ""), after.get(name, ""))
        for name in names
        if before.get(name, "") != after.get(name, "")
    ]


def _compared(name: str, before: str, after: str) -> FileChange:
    old, new = before.splitlines(), after.splitlines()
    if len(old) + len(new) > MAX_LINES:
        return FileChange(name=name, lines=[], too_long=True)
    return FileChange(name=name, lines=list(_lines(old, new)))


def _lines(old: list[str], new: list[str]) -> Iterator[Line]:
    end = 0
    for group in difflib.SequenceMatcher(None, old, new, autojunk=len(old) > 1000).get_grouped_opcodes(AROUND):
        if group[0][1] > end or group[0][3] > end:
            yield Line(kind="gap")
        for tag, low, high, start, stop in group:
            if tag == "equal":
                for at in range(high - low):
                    yield Line(kind="same", before=low + at + 1, after=start + at + 1, text=new[start + at])
                continue
            for at in range(low, high):
                yield Line(kind="removed", before=at + 1, text=old[at])
            for at in range(start, stop):
                yield Line(kind="added", after=at + 1, text=new[at])
        end = group[-1][2]
    if 0 < end < len(old):
        yield Line(kind="gap")
