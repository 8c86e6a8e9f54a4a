"""One notebook of nbgrader's as an exercise of ours: starter, solution, hidden tests, and what a person grades."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from courses.authoring.nbgrader.autotests import Answer, Script, is_autotest, read_script, read_templates
from courses.authoring.nbgrader.cells import Book, Cell, Refused, Role, check_source
from courses.authoring.nbgrader.drafts import draft_of, imports_of
from courses.authoring.nbgrader.files import Beside
from courses.authoring.nbgrader.helpers import (
    given_names,
    helpers_for,
    jupyters_own,
    names_of_import,
    statements_of,
    used_names,
)
from courses.authoring.nbgrader.regions import Regions
from courses.authoring.nbgrader.settings import Settings
from courses.authoring.nbgrader.shaping import not_python, place_of, title_of, unique, without_magics
from graders.notebooks.ownership import names_of_the_student

#: Gives part of a test's points where nbgrader would: to a cell that ends with a number. Tests share its names, and may
#: well call something of their own, or a function of the student's, ``score``.
_PART = '''\
from graders.examiner import score as gradus_score


def gradus_part(value, worth):
    """A cell that ends with a number below its points gives that number."""
    if type(value) in (int, float) and 0 <= value < worth:
        gradus_score(value / worth)
        raise AssertionError("part of the points")'''


@dataclass(frozen=True, kw_only=True)
class Test:
    """A test cell."""

    __test__ = False

    name: str  #: in exercise.yaml
    cell: Cell
    place: str  #: the name of its cell in the starter
    source: str  #: all of it, hidden regions too, as nbgrader runs it
    shown: str  #: what students may read
    title: str
    off: str = ""  #: why it does not run; a person gives its points until it is rewritten
    draft: str = ""  #: how it could be written so that it runs
    drafted: bool = False  #: the draft runs in its place
    same: bool = False  #: the draft gave each answer that was tried the points that the test gives in one process

    @property
    def runs_as(self) -> str:
        return self.draft if self.drafted else self.source


@dataclass(frozen=True, kw_only=True)
class Part:
    """What a person grades."""

    name: str
    cell: Cell
    place: str
    title: str
    guide: str = ""


@dataclass(frozen=True, kw_only=True)
class Converted:
    """One notebook, taken apart."""

    cells: tuple[Cell, ...]  #: the source, header and footer with it
    places: Mapping[int, str]  #: of each cell of ``cells``, by its index, its name in the starter
    tests: tuple[Test, ...]
    parts: tuple[Part, ...]
    starter: tuple[str, ...]  #: the text of each cell
    solution: tuple[str, ...]
    ran: frozenset[str] = frozenset()  #: places of test cells that students' code runs too: later cells use their names
    notes: tuple[str, ...] = ()
    setup: str = ""  #: a first cell that puts the exercise's files where the notebook looks for them
    pictures: Mapping[str, str] = field(default_factory=dict)  #: path from the notebook -> name in ``data/``

    @property
    def named(self) -> dict[str, str]:
        """The name of each cell in the starter, by its id in nbgrader's notebook."""
        return {cell.grade_id: self.places[index] for index, cell in enumerate(self.cells) if cell.grade_id}

    @property
    def points(self) -> float:
        return sum(test.cell.points for test in self.tests) + sum(part.cell.points for part in self.parts)

    @property
    def helper(self) -> str:
        """The first cell of the hidden tests."""
        sources = [test.runs_as for test in self.tests if not test.off]
        own = {path.rpartition("/")[2].removesuffix(".py") for path in self.pictures if path.endswith(".py")}
        off = {test.cell.grade_id for test in self.tests if test.off}
        theirs = helpers_for(sources, self.cells, own=own, off=off) if sources else ""
        return "\n\n\n".join(part for part in (_PART, self.setup, theirs) if part)

    def waits_for(self, test: Test, off: Collection[str]) -> str:
        """What to add to the reason of a test that uses what one that is switched off makes; empty where none does.

        Args:
            off: names of the tests that are being switched off just now; others are off already.
        """
        used = names_of_the_student([ast.parse(test.source)]) | used_names(test.source)
        others = (other for other in self.cells if other.is_code and other.role is not Role.TEST)
        used -= set().union(given_names(self.helper), *(given_names(other.source) for other in others))
        for other in self.tests[: self.tests.index(test)]:
            imported = set().union(*(names_of_import(each) for each in statements_of(other.source)))
            made = (used & given_names(other.source)) - imported  # which the helper cell has
            if made and (other.off or other.name in off):
                name, cell = min(made), other.cell.grade_id
                return f"; it uses `{name}` of the cell `{cell}`, which is switched off: rewrite that first"
            used -= made
        return ""

    def with_files(self, beside: Beside) -> Converted:
        """With a first cell for the files, where some code may read them, and with pictures where they are."""
        code = [cell.source for cell in self.cells if cell.is_code]
        return replace(self, setup=beside.setup(code), pictures=beside.names)

    def with_drafts(self) -> Converted:
        """With a draft for each test that is switched off and is Python."""
        known = dict(imports_of([each for cell in self.cells if cell.is_code for each in statements_of(cell.source)]))
        made: list[Test] = []
        for place, test in enumerate(self.tests):
            above = set().union(*(given_names(other.source) for other in self.tests[:place]))
            below = set().union(*(used_names(other.source) for other in self.tests[place + 1 :]))
            usable = test.off and not not_python(test.source)
            draft = draft_of(test.source, imports=known, tests=above, later=below) if usable else ""
            made.append(replace(test, draft=draft))
        return replace(self, tests=tuple(made))

    def drafted(self, which: Collection[str]) -> Converted:
        """With the drafts of some tests in their place, by name."""
        tests = (replace(test, off="", drafted=True) if test.name in which else test for test in self.tests)
        return replace(self, tests=tuple(tests))

    def switched_off(self, why: Mapping[str, str]) -> Converted:
        """With some tests switched off, by name, each with the reason."""
        tests = tuple(replace(test, off=test.off or why.get(test.name, "")) for test in self.tests)
        return replace(self, tests=tests)


@dataclass(kw_only=True)
class Converter:
    """Takes one notebook apart; asks the solution only through ``scripts`` and ``answers``."""

    settings: Settings
    templates: bytes | None  #: autotests.yml
    header: Sequence[Cell] = ()
    footer: Sequence[Cell] = ()
    answers: Mapping[str, Sequence[Answer]] = field(default_factory=dict)  #: by grade_id

    def scripts(self, book: Book) -> dict[str, Script]:
        """The test cells with AUTOTEST lines, by grade_id. Raises ``Refused``."""
        found: dict[str, Script] = {}
        regions = Regions.of(self.settings)
        for cell in self.cells(book):
            if not cell.is_code or not is_autotest(cell.source, self.settings):
                continue
            if cell.role is not Role.TEST:
                raise Refused("an AUTOTEST line stands in a cell that is no autograder test", cell=cell.number)
            templates = read_templates(self.templates, book.kernel)
            found[cell.grade_id] = read_script(regions.hidden.without_marks(cell.source), templates, self.settings)
        return found

    def cells(self, book: Book) -> tuple[Cell, ...]:
        """The notebook between header and footer. Raises ``Refused`` where they contradict each other."""
        cells = (*self.header, *book.cells, *self.footer)
        check_source(cells)
        return cells

    def convert(self, book: Book) -> Converted:
        """Raises ``Refused``, with the cell."""
        cells = self.cells(book)
        regions = Regions.of(self.settings)
        for cell in cells:
            _check_regions(cell, regions)
        places = _places(cells)
        self._scripts = self.scripts(book)
        notes: list[str] = []
        tests = tuple(self._tests(cells, places, regions, notes))
        if not tests and not any(cell.by_hand for cell in cells):
            raise Refused("nothing in it is graded; put its text into a chapter instead")
        parts = tuple(_parts(cells, places, regions, taken={test.name for test in tests}))
        shown = {test.cell.grade_id: test.shown for test in tests}
        starter = tuple(self._starter(cell, regions, shown) for cell in cells)
        solution = tuple(_solution(cell, regions, shown) for cell in cells)
        made = Converted(
            cells=cells,
            places=places,
            tests=tests,
            parts=parts,
            starter=starter,
            solution=solution,
            ran=frozenset(_used_below(cells, places, starter)),
            notes=tuple(notes),
        )
        if made.points <= 0:
            raise Refused("its cells are worth no points; give some to a test or an answer")
        return made

    def _starter(self, cell: Cell, regions: Regions, shown: Mapping[str, str]) -> str:
        if cell.role is Role.TEST:
            return shown.get(cell.grade_id, "")
        stub = self.settings.code_stub if cell.is_code else self.settings.text_stub
        if cell.role in (Role.SOLUTION, Role.WRITTEN):
            if not regions.solution.found_in(cell.source):
                return stub
            return regions.scheme.replaced(
                regions.solution.replaced(cell.source, stub, cell=cell.number), None, cell=cell.number
            )
        return regions.scheme.replaced(cell.source, None, cell=cell.number)

    def _tests(
        self, cells: Sequence[Cell], places: Mapping[int, str], regions: Regions, notes: list[str]
    ) -> Iterator[Test]:
        taken: set[str] = set()
        for index, cell in enumerate(cells):
            if cell.role is not Role.TEST:
                continue
            name = unique(f"test_{re.sub(r'[^A-Za-z0-9_]', '_', cell.grade_id)}"[:100], taken)
            source, dropped = without_magics(self._whole(cell, regions))
            notes += [f"cell {cell.number} ({cell.grade_id}): the line {line!r} was left out" for line in dropped]
            visible = self._visible(cell, regions)
            title = title_of(visible, cell)
            bound = set().union(*(given_names(other.source) for other in cells[:index] if other.is_code))
            off = not_python(source) or jupyters_own(source, bound=bound)
            yield Test(name=name, cell=cell, place=places[index], source=source, shown=visible, title=title, off=off)

    def _whole(self, cell: Cell, regions: Regions) -> str:
        script = self._scripts.get(cell.grade_id)
        if script is None:
            return regions.hidden.without_marks(cell.source)
        return script.written(self._answers_for(cell, len(script.questions)), shown=False)

    def _visible(self, cell: Cell, regions: Regions) -> str:
        """What students read; AUTOTEST lines of a hidden region are hidden with it, and so are their answers."""
        visible = regions.hidden.replaced(cell.source, None, cell=cell.number)
        script = self._scripts.get(cell.grade_id)
        if script is None:
            return visible
        shown = read_script(visible, script.templates, self.settings)
        by_snippet = zip(script.questions, self._answers_for(cell, len(script.questions)), strict=True)
        known = {(question.snippet, question.hashed): answer for question, answer in by_snippet}
        return shown.written([known[each.snippet, each.hashed] for each in shown.questions], shown=True)

    def _answers_for(self, cell: Cell, wanted: int) -> Sequence[Answer]:
        answers = self.answers.get(cell.grade_id, ())
        if len(answers) != wanted:
            raise Refused("its AUTOTEST lines got no answer from the solution", cell=cell.number)
        return answers


def _check_regions(cell: Cell, regions: Regions) -> None:
    if regions.solution.found_in(cell.source) and cell.role not in (Role.SOLUTION, Role.WRITTEN):
        raise Refused(
            "a solution region stands in a cell that is no solution: students would read it", cell=cell.number
        )
    if regions.hidden.found_in(cell.source) and cell.role is not Role.TEST:
        raise Refused("hidden tests stand in a cell that is no test; students would read them", cell=cell.number)
    if regions.scheme.found_in(cell.source) and not cell.by_hand:
        raise Refused("a mark scheme stands in a cell that nobody grades; students would read it", cell=cell.number)


def _solution(cell: Cell, regions: Regions, shown: Mapping[str, str]) -> str:
    """The author's answer: without marks, and with no more of the tests than students may read."""
    if cell.role is Role.TEST:
        return shown.get(cell.grade_id, "")
    return regions.solution.without_marks(regions.scheme.replaced(cell.source, None, cell=cell.number))


def _parts(
    cells: Sequence[Cell], places: Mapping[int, str], regions: Regions, *, taken: Iterable[str]
) -> Iterator[Part]:
    names = set(taken)
    for index, cell in enumerate(cells):
        if not cell.by_hand:
            continue
        name = unique(re.sub(r"[^A-Za-z0-9_-]", "_", cell.grade_id).lstrip("-")[:100] or "part", names)
        text = regions.scheme.replaced(cell.source, None, cell=cell.number) if cell.role is Role.TASK else ""
        yield Part(
            name=name, cell=cell, place=places[index], title=title_of(text, cell), guide=_scheme(cell.source, regions)
        )


def _scheme(source: str, regions: Regions) -> str:
    """What a mark scheme says, for those who grade."""
    inside, lines = False, list[str]()
    for line in source.split("\n"):
        if regions.scheme.begin in line:
            inside = True
        elif regions.scheme.end in line:
            inside = False
        elif inside:
            lines.append(line)
    return "\n".join(lines).strip()


def _places(cells: Sequence[Cell]) -> dict[int, str]:
    """A name for each cell, by its index: nbgrader's where it has one."""
    taken: set[str] = set()
    return {index: unique(place_of(cell.grade_id) or f"at-{index + 1}", taken) for index, cell in enumerate(cells)}


def _used_below(cells: Sequence[Cell], places: Mapping[int, str], starter: Sequence[str]) -> Iterator[str]:
    """Test cells whose names a later cell of the author's uses: what students may read of them runs there too."""
    for index, cell in enumerate(cells):
        if cell.role is not Role.TEST:
            continue
        names = given_names(starter[index])
        below = (other for other in cells[index + 1 :] if other.is_code and other.role is not Role.TEST)
        bound_above = set().union(*(given_names(other.source) for other in cells[:index] if other.is_code))
        if any((used_names(other.source) - bound_above) & names for other in below):
            yield places[index]
