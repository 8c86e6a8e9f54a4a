"""What the folder of an exercise must have besides, by its mode: labels, or a notebook with places for its tests."""

from __future__ import annotations

from collections.abc import Mapping

from graders.bundle import HIDDEN, HIDDEN_CELLS, MASTER, SPEC
from graders.findings import sentence
from graders.notebooks.reading import Cell, NotebookUnreadable, read_notebook
from graders.problems import Document, Problem, did_you_mean
from graders.schema import ExerciseSchema
from graders.table import TableRefused, decode, read_table


def check_mode(
    document: Document, schema: ExerciseSchema, contents: Mapping[str, bytes], problems: list[Problem]
) -> None:
    """Append what is wrong for this mode."""
    if schema.mode == "predictions":
        _check_predictions(document, schema, contents, problems)
    elif schema.predictions is not None:
        _say(
            problems,
            document.line("predictions"),
            f"`predictions` is given, but the mode is {schema.mode}",
            "no such key",
        )
    if schema.mode == "notebook":
        _check_notebook(document, schema, contents, problems)
    else:
        for name, test in schema.tests.items():
            for key in ("after", "cell"):
                if getattr(test, key) is not None:
                    line = document.line("tests", name, key)
                    message, expected = f"`{key}` is given, but the mode is {schema.mode}", f"`{key}` in mode notebook"
                    _say(problems, line, message, expected)
        if HIDDEN_CELLS in contents:
            problems.append(
                Problem(file=HIDDEN_CELLS, line=0, message=f"the mode is {schema.mode}", expected=f"tests in {HIDDEN}")
            )
    if schema.mode != "module" and schema.files is not None and len(schema.files) > 1:
        _say(problems, document.line("files"), f"{len(schema.files)} files", f"one file, as the mode is {schema.mode}")


def hidden_cells(file: str, content: bytes, problems: list[Problem]) -> list[str]:
    """The names of the tests that are cells."""
    names: list[str] = []
    for cell in _read(file, content, problems):
        if cell.kind != "code":
            continue
        try:
            compile(cell.source, file, "exec", dont_inherit=True)
        except SyntaxError as error:
            message = f"code cell {cell.number}, line {error.lineno}: this is not Python: {error.msg}"
            problems.append(Problem(file=file, line=0, message=message, expected="Python without magics"))
        if cell.test in names:
            message = f"the test {cell.test} is there twice"
            problems.append(Problem(file=file, line=0, message=message, expected="one cell of each name"))
        if cell.test:
            names.append(cell.test)
    return names


def _check_predictions(
    document: Document, schema: ExerciseSchema, contents: Mapping[str, bytes], problems: list[Problem]
) -> None:
    table = schema.predictions
    if table is None:
        _say(problems, document.line("mode"), "the key `predictions` is missing", "`id` and `columns` of the table")
        return
    file = f"hidden/{table.labels.file}"
    if file not in contents:
        line = document.line("predictions", "labels", "file")
        _say(problems, line, f"{file} is missing", "a CSV file with the ids and what is right")
        return
    try:
        read_table(decode(contents[file]), id_column=table.id, columns=table.labels.columns or table.columns)
    except TableRefused as refused:
        for finding in refused.findings:
            row = finding.values.get("row", 0)
            line = row if isinstance(row, int) else 0
            problems.append(Problem(file=file, line=line, message=sentence(finding), expected="a table of labels"))


def _check_notebook(
    document: Document, schema: ExerciseSchema, contents: Mapping[str, bytes], problems: list[Problem]
) -> None:
    if HIDDEN in contents and HIDDEN_CELLS in contents:
        message = f"both {HIDDEN} and {HIDDEN_CELLS} are there"
        problems.append(Problem(file=HIDDEN_CELLS, line=0, message=message, expected="one of them"))
    if MASTER not in contents:
        problems.append(
            Problem(file=MASTER, line=0, message="the file is missing", expected="what students start from")
        )
        return
    cells = _read(MASTER, contents[MASTER], problems)
    names = [name for cell in cells for name in cell.names]
    for cell in cells:
        if cell.test:
            message = f"the cell {cell.test} is a hidden test, and students would read it"
            problems.append(Problem(file=MASTER, line=0, message=message, expected=f"it in {HIDDEN_CELLS}"))
    for name in sorted({name for name in names if names.count(name) > 1 and _owners(cells, name) > 1}):
        problems.append(Problem(file=MASTER, line=0, message=f"two cells are called {name}", expected="one"))
    for name, test in schema.tests.items():
        for key, place in (("after", test.after), ("cell", test.cell)):
            if place is not None and place not in names:
                line = document.line("tests", name, key)
                _say(problems, line, f"{MASTER} has no cell {place}", did_you_mean(place, names))


def _owners(cells: tuple[Cell, ...], name: str) -> int:
    return sum(name in cell.names for cell in cells)


def _read(file: str, content: bytes, problems: list[Problem]) -> tuple[Cell, ...]:
    try:
        return read_notebook(content.decode("utf-8", "replace"))
    except NotebookUnreadable as error:
        message = sentence(error.finding)
        problems.append(Problem(file=file, line=0, message=message, expected="a notebook of format 4"))
        return ()


def _say(problems: list[Problem], line: int, message: str, expected: str) -> None:
    problems.append(Problem(file=SPEC, line=line, message=message, expected=expected))
