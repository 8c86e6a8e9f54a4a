"""Whether a text gives a solution away, and which part of it: worked out when it is written, from the words alone.

Two signs. A definition, with a body of its own, of a name that the exercise asks for; looked for where the question is
about that exercise or its chapter. And lines of the author's own solution, wherever they turn up: half of those that
neither the starter nor the visible test shows. Nothing is parsed or run: a post is hostile, and no whole program.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from courses.authoring.models import Release
from courses.catalog.models import Course, Exercise
from courses.discussions.rendering import Parsed
from graders.notebooks.reading import NotebookUnreadable, read_notebook

#: Of a line, without its white space, that tells a solution from another text.
TELLING = 10
#: Lines that as many exercises have are everybody's.
COMMON = 3
_DEFINITION = re.compile(r"^([ \t>]*)(?:async[ \t]+)?(?:def|class)[ \t]+(\w+)|^([ \t>]*)(\w+)[ \t]*=[ \t]*lambda\b")
_PROMPT = re.compile(r"^(>>>|\.\.\.) ")
_EMPTY = re.compile(r"pass|\.\.\.|raiseNotImplementedError.*|(\"\"\"|''').*|[\"'].*[\"']|")


@dataclass(frozen=True, kw_only=True)
class Sought:
    """What of one exercise must not be told."""

    slug: str
    names: frozenset[str]  #: that it asks for
    given: frozenset[str]  #: lines that it shows itself, bare
    lines: frozenset[str]  #: of the solution alone, bare

    def is_defined_in(self, text: str) -> bool:
        """Whether a name that is asked for is given a body there that is not the starter's."""
        return any(
            name in self.names and any(line not in self.given and not _is_signature(line) for line in body)
            for name, body in definitions(text)
        )

    def is_copied_in(self, lines: Collection[str]) -> bool:
        if not self.lines:
            return False
        found = len(self.lines.intersection(lines))
        return found >= min(2, len(self.lines)) and 2 * found >= len(self.lines)


@dataclass(frozen=True, kw_only=True)
class Spoils:
    """What a text gives away."""

    exercises: tuple[str, ...] = ()
    blocks: frozenset[int] = frozenset()  #: the code blocks that do
    prose: bool = False  #: what stands outside of them does


def spoils(parsed: Parsed, course: Course, *, asked_in: Collection[str]) -> Spoils:
    """Args: asked_in: the exercises whose names are looked for; lines of solutions are looked for of all."""
    release = course.current_release
    if release is None:
        return Spoils()
    sought = sought_in(release)
    by_block = [_found(block, sought, asked_in) for block in parsed.blocks]
    in_blocks = _found("\n".join(parsed.blocks), sought, asked_in)
    in_prose = _found(parsed.prose, sought, asked_in)
    anywhere = _found(parsed.text, sought, asked_in) | in_blocks | in_prose
    blocks = {number for number, found in enumerate(by_block) if found}
    if in_blocks - set().union(*by_block):  # cut into pieces, each of which says little
        blocks = set(range(len(parsed.blocks)))
    prose = bool(in_prose or anywhere - in_blocks)
    return Spoils(exercises=tuple(sorted(anywhere)), blocks=frozenset(blocks), prose=prose)


def gives_away(text: str, course: Course, *, asked_in: Collection[str]) -> bool:
    """Whether a text of one piece, a title, does."""
    release = course.current_release
    return release is not None and bool(_found(text, sought_in(release), asked_in))


def _found(text: str, sought: Iterable[Sought], asked_in: Collection[str]) -> set[str]:
    if not text.strip():
        return set()
    lines = frozenset(bare_lines(text))
    return {one.slug for one in sought if one.is_copied_in(lines) or (one.slug in asked_in and one.is_defined_in(text))}


def definitions(text: str) -> Iterator[tuple[str, list[str]]]:
    """Names that a text defines, each with the bare lines of the definition: those that stand further in."""
    lines = text.split("\n")
    for number, line in enumerate(lines):
        match = _DEFINITION.match(line)
        if match is None:
            continue
        depth = len(match[1] or match[3] or "")
        body = [bare(line)]
        for after in lines[number + 1 :]:
            if after.strip() and len(after) - len(after.lstrip(" \t>")) <= depth and not after.lstrip().startswith(")"):
                break
            body.append(bare(after))
        yield match[2] or match[4], body


def _is_signature(line: str) -> bool:
    """A line that says what is to be written, and not how."""
    return bool(_EMPTY.fullmatch(line)) or (line.endswith(":") and line.startswith(("def", "async", "class", ")")))


def bare(line: str) -> str:
    """A line without its comment, its prompt and its white space."""
    return "".join(_PROMPT.sub("", line.split("#")[0]).split())


def bare_lines(text: str) -> list[str]:
    return [bare(line) for line in text.split("\n")]


def sought_in(release: Release) -> tuple[Sought, ...]:
    """Of all exercises of a release, which never changes once it is published."""
    if release.published_at is None:  # it may yet be thrown away, and its number given to another
        return _read(release.pk)
    return _kept(release.pk, release.published_at)


@lru_cache(maxsize=8)
def _kept(release: int, published_at: datetime) -> tuple[Sought, ...]:  # noqa: ARG001  # a key
    return _read(release)


def _read(release: int) -> tuple[Sought, ...]:
    rows = Exercise.objects.filter(release=release).only("slug", "starter", "solution", "visible_test")
    return sought_of({row.slug: (row.starter, row.solution, row.visible_test) for row in rows})


def sought_of(exercises: Mapping[str, tuple[Mapping[str, str], Mapping[str, str], str]]) -> tuple[Sought, ...]:
    """Args: exercises: by slug the files of the starter, those of the solution, and the visible test."""
    texts = {slug: (code_of(starter), code_of(solution)) for slug, (starter, solution, _test) in exercises.items()}
    lines = {
        slug: {
            line
            for line in set(bare_lines(solution)) - set(bare_lines(f"{starter}\n{exercises[slug][2]}"))
            if len(line) >= TELLING and not line.startswith(("import", "from", "def", "class", '"""'))
        }
        for slug, (starter, solution) in texts.items()
    }
    times = Counter(line for own in lines.values() for line in own)
    return tuple(
        Sought(
            slug=slug,
            names=_names(starter, solution),
            given=frozenset(bare_lines(starter)),
            lines=frozenset(line for line in lines[slug] if times[line] < COMMON),
        )
        for slug, (starter, solution) in texts.items()
    )


def _names(starter: str, solution: str) -> frozenset[str]:
    """What the starter names and the solution fills in; all that the solution defines where that is nothing."""
    begun, done = ({name for name, _body in definitions(text)} for text in (starter, solution))
    return frozenset({name for name in (begun & done or done) if not name.startswith("__")})


def code_of(files: Mapping[str, str]) -> str:
    """The Python in files: modules as they are, notebooks by their cells."""
    parts = []
    for name, text in files.items():
        if name.endswith(".py"):
            parts.append(text)
        elif name.endswith(".ipynb"):
            try:
                parts += [cell.source for cell in read_notebook(text) if cell.kind == "code"]
            except NotebookUnreadable:
                continue  # a starter that is no notebook was refused at publishing; this is one of an old release
    return "\n".join(parts)
