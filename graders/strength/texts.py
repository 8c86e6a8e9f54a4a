"""The Python of an answer, wherever it stands: a file, or a cell of a notebook that is the student's to write."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from graders.notebooks.reading import read_notebook

_NOTEBOOK = ".ipynb"


@dataclass(frozen=True, kw_only=True)
class Text:
    """One piece of Python that can be changed by itself."""

    file: str
    cell: int | None  #: the place among all cells, from 0; None: it is the whole file
    number: int  #: among the code cells, from 1, as students count; 0: no cell
    content: str

    @property
    def label(self) -> str:
        """How a person finds it."""
        return self.file if self.cell is None else f"{self.file}, cell {self.number}"


def texts_of(files: Mapping[str, str]) -> list[Text]:
    """The Python files, and of notebooks the cells that run, are not locked and are Python alone: no magics."""
    found: list[Text] = []
    for name, content in files.items():
        if name.endswith(".py"):
            found.append(Text(file=name, cell=None, number=0, content=content))
        elif name.endswith(_NOTEBOOK):
            cells = [
                (place, cell) for place, cell in enumerate(read_notebook(content)) if cell.runs and not cell.locked
            ]
            found += [
                Text(file=name, cell=place, number=cell.number, content=cell.source)
                for place, cell in cells
                if cell.source.strip() and _is_python(cell.source)
            ]
    return found


def replaced(files: Mapping[str, str], changes: Iterable[tuple[Text, str]]) -> dict[str, str]:
    """The answer with other Python in these places."""
    answer = dict(files)
    for text, content in changes:
        answer[text.file] = content if text.cell is None else _with_cell(answer[text.file], text.cell, content)
    return answer


def added(file: str, content: str, more: str) -> str:
    """A file that does ``more``: at its end, or in the first cell of a notebook, whose tests run between its cells."""
    if not file.endswith(_NOTEBOOK):
        return content + more
    notebook = json.loads(content)
    notebook["cells"].insert(0, {"cell_type": "code", "metadata": {}, "outputs": [], "source": more})
    return json.dumps(notebook, ensure_ascii=False)


def docstring(file: str, content: str) -> str:
    """What a file says of itself: its docstring; of a notebook, its text cells."""
    if file.endswith(_NOTEBOOK):
        return "\n".join(cell.source for cell in read_notebook(content) if cell.kind == "markdown")
    try:
        return ast.get_docstring(ast.parse(content)) or ""
    except SyntaxError:
        return ""


def _with_cell(notebook: str, place: int, source: str) -> str:
    data = json.loads(notebook)
    data["cells"][place]["source"] = source
    return json.dumps(data, ensure_ascii=False)


def _is_python(source: str) -> bool:
    try:
        ast.parse(source)
    except SyntaxError:
        return False
    return True
