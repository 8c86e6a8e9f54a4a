"""What was handed in, for the eyes of a person who grades: listings, and a notebook's cells. All of it is a stranger's
text: it is escaped, or comes out of a renderer that knows no HTML and through a sanitiser."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin

from courses.authoring.source.formulas import FormulaInvalid, to_mathml
from courses.authoring.source.highlight import to_html
from courses.authoring.source.sanitise import clean
from courses.exercises.models import Submission
from courses.exercises.terms import ManualTerms, Terms
from graders.notebooks.reading import Cell, NotebookUnreadable, read_notebook

#: Longer listings are shown without colours: they would take seconds.
MAX_COLOURED = 60_000
#: Of a notebook; what comes after is in the file, which can be downloaded.
MAX_CELLS = 300


@dataclass(frozen=True, kw_only=True)
class ShownCell:
    """One cell of a notebook; ``parts`` are those that a person grades by it."""

    kind: str
    html: SafeString
    locked: bool
    parts: tuple[ManualTerms, ...]


@dataclass(frozen=True, kw_only=True)
class ShownFile:
    """One file: its listing, or its cells; neither where it can only be downloaded."""

    name: str
    html: SafeString | None = None
    cells: tuple[ShownCell, ...] = ()


def files_of(submission: Submission, terms: Terms | None) -> list[ShownFile]:
    """The files of a submission, as the mode of its exercise has them read."""
    return shown_files(submission.files, mode=terms.mode if terms else "module", manual=terms.manual if terms else {})


def shown_files(
    files: Mapping[str, str], *, mode: str, manual: Mapping[str, ManualTerms] | None = None
) -> list[ShownFile]:
    """Files as their mode has them read: a notebook is its cells, never the file that holds them."""
    return [_file(name, text, mode=mode, manual=manual or {}) for name, text in files.items()]


def _file(name: str, text: str, *, mode: str, manual: Mapping[str, ManualTerms]) -> ShownFile:
    if mode == "predictions":
        return ShownFile(name=name)
    if mode == "notebook":
        try:
            cells = read_notebook(text)[:MAX_CELLS]
        except NotebookUnreadable:
            return ShownFile(name=name)
        return ShownFile(name=name, cells=tuple(_cell(cell, manual) for cell in cells))
    return ShownFile(name=name, html=listing(text))


def _cell(cell: Cell, manual: Mapping[str, ManualTerms]) -> ShownCell:
    parts = tuple(part for part in manual.values() if part.cell is not None and part.cell in cell.names)
    html = listing(cell.source) if cell.kind == "code" else prose(cell.source)
    return ShownCell(kind=cell.kind, html=html, locked=cell.locked, parts=parts)


def listing(code: str) -> SafeString:
    """Code with colours, where it is not too long for them."""
    return mark_safe(to_html(code, "python" if len(code) <= MAX_COLOURED else "text"))  # noqa: S308  # escaped there


def prose(text: str) -> SafeString:
    """Markdown with formulas, as HTML without any of its own."""
    return mark_safe(clean(str(_MARKDOWN.render(text))))  # noqa: S308  # sanitised


def _formula(tex: str, options: Mapping[str, Any]) -> str:
    try:
        return to_mathml(tex, display=bool(options.get("display_mode")))
    except FormulaInvalid:
        return f"<code>{escape(tex)}</code>"


#: Without HTML, pictures and links: none of them leads the reader or their browser elsewhere.
_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table").disable(["image", "link", "autolink"])
_MARKDOWN.use(dollarmath_plugin, renderer=_formula)
