"""The course as a folder of ours: one chapter an assignment, one exercise a notebook."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from courses.authoring.nbgrader.books import Converted, Test
from courses.authoring.nbgrader.cells import Cell, Role, read_book
from courses.authoring.nbgrader.files import Beside
from courses.authoring.nbgrader.shaping import cell_dict, place_of, with_named_lambdas, with_points, with_seeds
from courses.authoring.nbgrader.tasks import Statement

#: As nbgrader: half a minute for each cell. All of them together, and all tests, get a minute.
_LIMITS = {"load_seconds": 60, "cell_seconds": 30, "seconds": 60}
_KERNEL = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
_WORDS = {
    "en": {
        "chapter": "Download each notebook, work on it in Jupyter, and hand it in here.",
        "summary": "{notebooks} notebooks, {points:g} points.",
        "course": "{assignments} assignments, moved here from nbgrader.",
        "off": "The test of this cell is switched off until it is rewritten: {reason}",
    },
    "zh-hans": {
        "chapter": "下载每个笔记本，在 Jupyter 里完成，然后在这里提交。",
        "summary": "{notebooks} 个笔记本，共 {points:g} 分。",
        "course": "{assignments} 次作业，由 nbgrader 迁入。",
        "off": "这个单元格的测试已关闭，改写之后才会运行：{reason}",
    },
}


def words(language: str) -> Mapping[str, str]:
    return _WORDS.get(language, _WORDS["en"])


def slug_of(name: str, fallback: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60].strip("-") or fallback


def write_exercise(folder: Path, made: Converted, beside: Beside, *, title: str, language: str) -> None:
    """Write one exercise; what the folder held of an earlier conversion is written over."""
    folder.mkdir(parents=True, exist_ok=True)
    _write_json(folder / "starter.ipynb", _notebook(made, made.starter))
    _write_json(folder / "solution.ipynb", _notebook(made, made.solution))
    if any(not test.off for test in made.tests):
        _write_json(folder / "test_hidden.ipynb", _hidden(made))
    else:
        (folder / "test_hidden.ipynb").unlink(missing_ok=True)
    _write_yaml(folder / "exercise.yaml", _spec(made, title=title, language=language))
    statement = Statement(beside.contents, language)
    (folder / f"statement.{language}.md").write_text(statement.of(made), encoding="utf-8")
    for name, content in statement.figures.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(content)
    for path, name in beside.names.items():
        (folder / "data").mkdir(exist_ok=True)
        (folder / "data" / name).write_bytes(beside.contents[path])


def write_chapter(
    folder: Path, *, title: str, exercises: Sequence[str], points: float, language: str, notes: Iterable[str] = ()
) -> None:
    """Write a chapter that leads to its exercises."""
    folder.mkdir(parents=True, exist_ok=True)
    say = words(language)
    front = {
        "title": title,
        "summary": say["summary"].format(notebooks=len(exercises), points=points),
        "minutes": min(600, 45 * max(1, len(exercises))),
    }
    head = "".join(f"{name}: {json.dumps(value, ensure_ascii=False)}\n" for name, value in front.items())
    blocks = "\n".join(f"```{{exercise}} {slug}\n```\n" for slug in exercises)
    text = f"---\n{head}---\n{say['chapter']}\n\n{''.join(notes)}{blocks}"
    (folder / f"chapter.{language}.md").write_text(text, encoding="utf-8")


def write_course(folder: Path, *, title: str, assignments: int, language: str) -> None:
    summary = words(language)["course"].format(assignments=assignments)
    about = {"title": {language: title}, "summary": {language: summary}, "languages": [language]}
    _write_yaml(folder / "course.yaml", about)


def submission_of(content: bytes, places: Mapping[str, str] | None = None) -> str:
    """What was handed in to nbgrader, as it is handed in here: its cells by the names that they have here.

    Of cells with the same id the last counts, as in nbgrader. Raises ``Refused`` where the file is no notebook.

    Args:
        places: the name of each cell here, by its id there; by default as ``place_of`` has it.
    """
    theirs = read_book(content, lenient=True).cells
    if places is None:
        places = {cell.grade_id: place_of(cell.grade_id) for cell in theirs if cell.grade_id}
    last = {cell.grade_id: cell.number for cell in theirs if cell.grade_id}
    cells: list[dict[str, Any]] = []
    for cell in theirs:
        named = cell.grade_id in places and last[cell.grade_id] == cell.number
        made_cell = cell_dict(cell, cell.source, name=places[cell.grade_id] if named else f"of-{cell.number}", ours={})
        if not named:
            made_cell["metadata"] = {}
        cells.append(made_cell)
    return _text({"nbformat": 4, "nbformat_minor": 5, "metadata": _KERNEL, "cells": cells})


def _notebook(made: Converted, sources: Sequence[str]) -> dict[str, Any]:
    cells = [
        cell_dict(cell, _with_data(cell, source, made), name=made.places[index], ours=_ours(cell, index, made))
        for index, (cell, source) in enumerate(zip(made.cells, sources, strict=True))
    ]
    if made.setup:
        setup = Cell(number=0, kind="code", source=made.setup, role=Role.LOCKED, attachments={})
        cells.insert(0, cell_dict(setup, made.setup, name="files-of-the-exercise", ours={"locked": True}))
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": _KERNEL, "cells": cells}


def _with_data(cell: Cell, source: str, made: Converted) -> str:
    """The text, with pictures where the download has them: in ``data/``."""
    if cell.is_code:
        return source
    for path, name in made.pictures.items():
        source = re.sub(rf"(\(|src=[\"']?)(\./)?{re.escape(path)}(?=[)\"'\s>])", rf"\g<1>data/{name}", source)
    return source


def _ours(cell: Cell, index: int, made: Converted) -> dict[str, Any]:
    if cell.role is Role.TEST:
        runs = made.places[index] in made.ran
        return {"locked": True} if runs else {"locked": True, "run": False}
    return {"locked": True} if cell.role in (Role.LOCKED, Role.TASK) else {}


def _hidden(made: Converted) -> dict[str, Any]:
    cells = [_code("helpers", made.helper, {})]
    for test in made.tests:
        if test.off:
            text = f"# {test.name} is switched off: {' '.join(test.off.split())}\n{test.source}"
            about = {"gradus": {"test": test.name}}  # a raw cell does not run; made a code cell, it is the test
            cells.append({"cell_type": "raw", "id": f"off-{len(cells)}", "metadata": about, "source": text})
        else:
            source = with_seeds(with_named_lambdas(with_points(test.runs_as, test.cell.points)))
            cells.append(_code(f"test-{len(cells)}", source, {"gradus": {"test": test.name}}))
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": _KERNEL, "cells": cells}


def _code(name: str, source: str, metadata: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "id": name,
        "metadata": dict(metadata),
        "source": source,
        "execution_count": None,
        "outputs": [],
    }


def _spec(made: Converted, *, title: str, language: str) -> dict[str, Any]:
    entries: dict[int, tuple[str, dict[str, Any]]] = {}
    for test in made.tests:
        entries[id(test.cell)] = (test.name, _entry(test, language))
    for part in made.parts:
        entry: dict[str, Any] = {"manual": True, "points": _number(part.cell.points)}
        entry |= {"title": {language: part.title}, "cell": part.place}
        if part.guide:
            entry["guide"] = {language: part.guide}
        entries[id(part.cell)] = (part.name, entry)
    tests = dict(entries[id(cell)] for cell in made.cells if id(cell) in entries)
    return {
        "title": {language: title},
        "points": _number(round(made.points, 6)),
        "mode": "notebook",
        "limits": dict(_LIMITS),
        "tests": tests,
    }


def _entry(test: Test, language: str) -> dict[str, Any]:
    about: dict[str, Any] = {"points": _number(test.cell.points), "title": {language: test.title}}
    if test.off:
        guide = words(language)["off"].format(reason=" ".join(test.off.split()))
        return {"manual": True, **about, "cell": test.place, "guide": {language: guide[:2000]}}
    return {**about, "after": test.place}


def _number(value: float) -> float | int:
    return int(value) if value == int(value) else value


def _write_yaml(path: Path, data: Mapping[str, Any]) -> None:
    text = yaml.safe_dump(dict(data), sort_keys=False, allow_unicode=True, width=120)
    path.write_text(text, encoding="utf-8")


def _write_json(path: Path, data: Mapping[str, Any]) -> None:
    path.write_text(_text(data), encoding="utf-8")


def _text(data: Mapping[str, Any]) -> str:
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"
