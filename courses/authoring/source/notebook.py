"""A notebook as Markdown: its cells joined, its outputs as harmless HTML, and of each line the cell that it came from.

Nothing of a notebook is executed, here or in a reader's browser: scripts and widgets leave a sentence in their place.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbformat.reader import NotJSONError

from courses.authoring.source.outputs import MAX_DEPTH, MAX_HTML, is_bounded, output_html
from courses.authoring.source.page import Page
from courses.authoring.source.places import FIGURE_TYPES

MAX_CELLS = 2000
_SUFFIXES = {kind: suffix for suffix, kind in FIGURE_TYPES.items() if suffix != ".jpeg"}
_HEADING = re.compile(r"(#{1,6})(?=\s)")
_IMAGE = re.compile(r"<img\b([^>]*)/?>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"\b(src|alt)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))", re.IGNORECASE)
#: The tags of Jupyter Book, which authors know, and which halves of a cell they take away.
_HIDDEN = {
    "remove-cell": {"input", "output"},
    "remove-input": {"input"},
    "hide-input": {"input"},
    "remove-output": {"output"},
    "hide-output": {"output"},
}


@dataclass(kw_only=True)
class Notebook:
    """A notebook's text. ``places[k]`` is the cell, from 1, and the line in it that line ``k + 1`` came from."""

    markdown: str = ""
    places: list[tuple[int, int]] = field(default_factory=list)
    outputs: dict[str, str] = field(default_factory=dict)

    def place(self, line: int) -> tuple[int, int]:
        return self.places[min(max(line, 1), len(self.places)) - 1] if self.places else (1, 1)


def read_notebook(text: str, page: Page, files: dict[str, bytes]) -> Notebook | None:
    """The notebook in ``text``, the file of ``page``; None after a problem. Its pictures are added to ``files``."""
    node = _parsed(text, page)
    if node is None:
        return None
    return _Joiner(page, files, _language(node)).joined(node.cells)


def _parsed(text: str, page: Page) -> NotebookNode | None:
    remedy = "a notebook that Jupyter opens; open it there and save it again"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # ids that old notebooks lack, and that a page does not need
            node: NotebookNode = nbformat.reads(text, as_version=4)  # type: ignore[no-untyped-call]  # no hints there
            nbformat.validate(node)
    except (NotJSONError, RecursionError):
        page.add(1, "this is no JSON", remedy)
    except nbformat.ValidationError as error:
        where = "/".join(str(part) for part in getattr(error, "absolute_path", ()))
        page.add(1, f"this is no whole notebook: {where or 'it'}: {str(error).splitlines()[0][:200]}", remedy)
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:  # nbformat's own converters
        page.add(1, f"this is no notebook that Jupyter reads ({type(error).__name__}: {str(error)[:200]})", remedy)
    else:
        if len(node.cells) <= MAX_CELLS:
            return node
        page.add(1, f"the notebook has {len(node.cells)} cells", f"at most {MAX_CELLS}")
    return None


def _language(node: NotebookNode) -> str:
    metadata = node.get("metadata", {})
    named = metadata.get("language_info", {}).get("name") or metadata.get("kernelspec", {}).get("language") or "python"
    return str(named) if re.fullmatch(r"[\w+#-]{1,30}", str(named)) else "python"


class _Joiner:
    def __init__(self, page: Page, files: dict[str, bytes], language: str) -> None:
        self.page, self.files, self.language = page, files, language
        self.lines: list[str] = []
        self.notebook = Notebook()

    def joined(self, cells: list[NotebookNode]) -> Notebook:
        texts = (str(cell.source).split("\n") for cell in cells if cell.cell_type == "markdown")
        deeper = any(is_prose and line.startswith("# ") for text in texts for line, is_prose in _with_prose(text))
        for number, cell in enumerate(cells, start=1):
            hidden = set().union(*(_HIDDEN.get(str(tag), set()) for tag in cell.metadata.get("tags", [])))
            if cell.cell_type == "code":
                self._code(cell, number, hidden)
            elif "input" not in hidden:
                self._text(cell, number, deeper=deeper)
        self.notebook.markdown = "\n".join(self.lines) + "\n"
        return self.notebook

    def _add(self, lines: list[str], cell: int, *, first: int = 1) -> None:
        self.lines += lines
        self.notebook.places += [(cell, max(1, first + offset)) for offset in range(len(lines))]

    def _text(self, cell: NotebookNode, number: int, *, deeper: bool) -> None:
        is_front_matter = number == 1 and str(cell.source).startswith("---")
        if cell.cell_type == "raw" and not is_front_matter:
            return  # for exporters, not for readers
        source = str(cell.source)
        if not is_bounded(source):
            message = (
                f"cell {number} is longer than {MAX_HTML // 1000} KB, or has HTML nested more than {MAX_DEPTH} deep"
            )
            self._add([""], number)
            self.page.add(len(self.lines), message, "a shorter text")
            return
        for name, variants in cell.get("attachments", {}).items():
            path = self._attachment(variants, number)
            source = source.replace(f"attachment:{name}", path) if path else source
        lines = source.split("\n")
        if not is_front_matter:
            lines = [pictures_as_markdown(line) for line in lines]
            if deeper:
                lines = list(_one_level_down(lines))
        self._add([*lines, ""], number)

    def _attachment(self, variants: dict[str, Any], number: int) -> str | None:
        for kind, content in variants.items():
            if path := self.picture(kind, content, number):
                return path
        return None

    def picture(self, kind: str, content: Any, number: int) -> str | None:
        """A picture as a file of the course: its path from the notebook, or None if it is none."""
        suffix = _SUFFIXES.get(kind)
        text = "".join(content) if isinstance(content, list) else str(content)
        if suffix is None:
            return None
        try:
            data = text.encode() if suffix == ".svg" else base64.b64decode("".join(text.split()), validate=True)
        except (binascii.Error, ValueError):
            self.page.add(len(self.lines) + 1, f"a picture of cell {number} is broken", "the cell run again")
            return None
        folder = f"{self.page.file.rpartition('/')[2]}.files"
        path = f"{folder}/{hashlib.sha256(data).hexdigest()[:16]}{suffix}"
        self.files[f"{self.page.file.rpartition('/')[0]}/{path}"] = data
        return path

    def _code(self, cell: NotebookNode, number: int, hidden: set[str]) -> None:
        source = str(cell.source).strip("\n")
        if "input" not in hidden and source:
            fence = "`" * max(3, 1 + max((len(run) for run in re.findall(r"`+", source)), default=0))
            self._add([f"{fence}{self.language}", *source.split("\n"), fence, ""], number, first=0)
        if "output" in hidden:
            return
        html = output_html(cell.get("outputs", []), number, self.page, picture=self.picture)
        if html:
            self._add([f"```{{output}} {len(self.notebook.outputs)}", "```", ""], number)
            self.notebook.outputs[str(len(self.notebook.outputs))] = html


def _with_prose(lines: Iterable[str]) -> Iterator[tuple[str, bool]]:
    """Each line, and whether it stands outside of all fences."""
    fence = ""
    for line in lines:
        mark = re.match(r"\s*(`{3,}|~{3,}|:{3,})", line)
        yield line, not (fence or mark)
        if mark:
            fence = "" if fence and line.strip().startswith(fence) else fence or mark[1]


def _one_level_down(lines: Iterable[str]) -> Iterator[str]:
    """Headings from level 2: the title of a page is given by its front matter."""
    for line, is_prose in _with_prose(lines):
        yield f"#{line}".replace("#######", "######", 1) if is_prose and _HEADING.match(line) else line


def pictures_as_markdown(line: str) -> str:
    """A line with its ``<img>`` tags, which Jupyter's authors like, as Markdown's own pictures."""
    return _IMAGE.sub(_as_markdown, line)


def _as_markdown(match: re.Match[str]) -> str:
    found = {name.lower(): one or two or three for name, one, two, three in _ATTRIBUTE.findall(match[1])}
    alt = found.get("alt") or found.get("src", "").rpartition("/")[2]
    return f"![{alt.replace(']', '')}](<{found['src']}>)" if found.get("src") else ""
