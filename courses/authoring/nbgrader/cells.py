"""A notebook of nbgrader's as a list of cells that say what they are for. What cannot be read is refused with the cell.

Metadata of all schemas is accepted: 1 and 2 differ from 3 in keys that are not needed here, and before 1 there was no
number, and points could be empty.
"""

from __future__ import annotations

import json
import math
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

import nbformat
from nbformat.reader import NotJSONError

from courses.authoring.nbgrader.nose import modern
from graders.notebooks.reading import MAX_CELLS, MAX_SOURCE

MAX_BYTES = 20 * 1024 * 1024
MAX_POINTS = 10_000
LATEST = 3  #: of the schemas of ``metadata.nbgrader``
_NO_NOTEBOOK = "this is JSON, but no notebook"
_KINDS = ("code", "markdown", "raw")
_NO_DICT = "its `metadata.nbgrader` is no mapping"


class Refused(Exception):
    """A notebook cannot be taken over. ``cell`` counts from 1; 0 means the notebook as a whole."""

    def __init__(self, reason: str, *, cell: int = 0) -> None:
        super().__init__(f"cell {cell}: {reason}" if cell else reason)
        self.cell, self.reason = cell, reason


class Role(Enum):
    """What a cell is for."""

    TEXT = "text"  #: or raw: read, never graded
    CODE = "code"  #: the author's, which students may change
    LOCKED = "locked"  #: the author's, which is restored
    SOLUTION = "solution"  #: students write here, and tests elsewhere grade it
    TEST = "test"
    WRITTEN = "written"  #: students write here, and a person grades it
    TASK = "task"  #: a description; students answer in cells of their own, and a person grades them


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One cell of a source or of a submission."""

    number: int  #: in its notebook, from 1
    kind: str  #: code, markdown, raw
    source: str
    role: Role
    grade_id: str = ""
    points: float = 0.0
    attachments: Mapping[str, Mapping[str, Any]]

    @property
    def is_code(self) -> bool:
        return self.kind == "code"

    @property
    def by_hand(self) -> bool:
        return self.role in (Role.WRITTEN, Role.TASK)


@dataclass(frozen=True, kw_only=True)
class Book:
    """A notebook."""

    cells: tuple[Cell, ...]
    kernel: str  #: its name, as autotests.yml calls it


def read_book(content: bytes, *, lenient: bool = False) -> Book:
    """Read a notebook of any format that Jupyter knows.

    Args:
        lenient: what a student handed in: cells whose metadata are broken are cells without any.

    Raises:
        Refused: it is none, it is not Python, or its metadata contradict themselves.
    """
    if len(content) > MAX_BYTES:
        raise Refused(f"the file is larger than {MAX_BYTES // 2**20} MB; clear its outputs in Jupyter")
    node = _parsed(content)
    metadata = _mapping(node.get("metadata"))
    spec = _mapping(metadata.get("kernelspec"))
    language = str(spec.get("language") or _language_info(metadata) or "python").lower()
    if language not in ("python", "ipython"):
        raise Refused(f"it is written in {language[:40]}, and only Python is graded")
    if len(node.cells) > MAX_CELLS:
        raise Refused(f"it has {len(node.cells)} cells; at most {MAX_CELLS} are taken over")
    cells = [_cell(cell, number, lenient=lenient) for number, cell in enumerate(node.cells, start=1)]
    _check_length(cells)
    return Book(cells=tuple(cells), kernel=str(spec.get("name") or "python3")[:80])


def _check_length(cells: Sequence[Cell]) -> None:
    """Whether students' notebooks, which hold the same text, can be handed in. Raises ``Refused`` with the longest."""
    if sum(len(cell.source) for cell in cells) > MAX_SOURCE:
        longest = max(cells, key=lambda cell: len(cell.source))
        raise Refused(
            f"its cells have more than {MAX_SOURCE // 1024} KB of text, and this is the longest; put data into a file "
            f"beside the notebook",
            cell=longest.number,
        )


def check_source(cells: Sequence[Cell]) -> None:
    """What holds of a source, though not of a submission: each name is there once, and cells fit their roles.

    Raises:
        Refused: naming the first cell that does not.
    """
    seen: dict[str, int] = {}
    for cell in cells:
        if not cell.grade_id:
            continue
        if cell.grade_id in seen:
            first = seen[cell.grade_id]
            raise Refused(f"its id “{cell.grade_id}” is that of cell {first} too; give it another", cell=cell.number)
        seen[cell.grade_id] = cell.number
        if cell.role is Role.TEST and not cell.is_code:
            raise Refused(
                f"“{cell.grade_id}” is a test and no code; mark it as a manually graded answer", cell=cell.number
            )
        if cell.role is Role.SOLUTION and not cell.is_code:
            raise Refused(f"“{cell.grade_id}” is a written answer that nobody grades; give it points", cell=cell.number)
        if cell.role is Role.TASK and cell.is_code:
            raise Refused(f"“{cell.grade_id}” is a task and no text; make it a Markdown cell", cell=cell.number)


def _parsed(content: bytes) -> Any:
    try:
        text = content.decode("utf-8-sig")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # ids that old notebooks lack
            node: Any = nbformat.reads(text, as_version=4)  # type: ignore[no-untyped-call]  # no hints there
    except UnicodeDecodeError as error:
        raise Refused(f"byte {error.start} of the file is not UTF-8") from None
    except (NotJSONError, RecursionError) as error:
        raise Refused(f"the file is no JSON: {str(error)[:100]}; was it saved to its end?") from None
    except (nbformat.ValidationError, AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        data = json.loads(text)
        if not isinstance(data, dict):
            raise Refused(_NO_NOTEBOOK) from None
        reason = f"this is no notebook that Jupyter reads: {type(error).__name__}: {str(error)[:150]}"
        raise Refused(reason, cell=_first_broken(data.get("cells"))) from None
    if not isinstance(node, dict) or not isinstance(node.get("cells"), list):
        raise Refused(_NO_NOTEBOOK)
    return node


def _first_broken(cells: object) -> int:
    """The first cell without a kind or a text, for which Jupyter names no place; 0: it is not that."""
    for number, cell in enumerate(cells if isinstance(cells, list) else [], start=1):
        source = cell.get("source") if isinstance(cell, dict) else None
        parts = source if isinstance(source, list) else [source]
        if not all(isinstance(part, str) for part in parts) or cell.get("cell_type") not in _KINDS:
            return number
    return 0


def _language_info(metadata: Mapping[str, Any]) -> str:
    return str(_mapping(metadata.get("language_info")).get("name") or "")


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _cell(data: Any, number: int, *, lenient: bool) -> Cell:
    if not isinstance(data, dict) or data.get("cell_type") not in _KINDS:
        raise Refused("it is neither code nor text", cell=number)
    source = data.get("source", "")
    source = "".join(source) if isinstance(source, list) and all(isinstance(part, str) for part in source) else source
    if not isinstance(source, str):
        raise Refused("its text is no text", cell=number)
    metadata = _mapping(data.get("metadata"))
    kind, attachments = str(data["cell_type"]), data.get("attachments")
    try:
        about = _about(kind, metadata.get("nbgrader", {}), number)
    except Refused:
        if not lenient:
            raise
        about = {"role": Role.CODE if kind == "code" else Role.TEXT}
    attachments = attachments if isinstance(attachments, dict) else {}
    source = modern(_clean(source)) if kind == "code" else _clean(source)
    return Cell(number=number, kind=kind, source=source, attachments=attachments, **about)


def _about(kind: str, given: Any, number: int) -> dict[str, Any]:
    """What nbgrader's metadata say of a cell."""
    if not isinstance(given, dict):
        raise Refused(_NO_DICT, cell=number)
    role = _role(kind, given, number)
    return {
        "role": role,
        "grade_id": _grade_id(given, number) if role not in (Role.TEXT, Role.CODE) else "",
        "points": _points(given, number) if role in (Role.TEST, Role.WRITTEN, Role.TASK) else 0.0,
    }


def _role(kind: str, given: Mapping[str, Any], number: int) -> Role:
    version = given.get("schema_version", 0)
    if isinstance(version, int) and version > LATEST:
        raise Refused(f"its metadata have schema {version}, and {LATEST} is the latest known", cell=number)
    if given.get("task") is True:
        return Role.TASK
    grade, solution = given.get("grade") is True, given.get("solution") is True
    if grade and solution:
        return Role.WRITTEN
    if grade:
        return Role.TEST
    if solution:
        return Role.SOLUTION
    if given.get("locked") is True:
        return Role.LOCKED
    return Role.CODE if kind == "code" else Role.TEXT


def _grade_id(given: Mapping[str, Any], number: int) -> str:
    grade_id = given.get("grade_id")
    if not isinstance(grade_id, str) or not grade_id.strip():
        raise Refused("nbgrader knows it by no id (`grade_id` is empty); give it one in Jupyter", cell=number)
    return grade_id.strip()[:128]


def _points(given: Mapping[str, Any], number: int) -> float:
    value = given.get("points", 0)
    try:
        points = float(value or 0)
    except (TypeError, ValueError):
        points = math.nan
    if not math.isfinite(points) or points > MAX_POINTS:
        raise Refused(f"its points are {str(value)[:40]!r}; give a number up to {MAX_POINTS}", cell=number)
    return max(0.0, points)


def _clean(text: str) -> str:
    """Plain line ends; no NUL and no lone surrogate, which no file of ours can hold."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "\ufffd")
    return text.encode("utf-8", "replace").decode()
