"""What was handed in, for the eyes of a person who grades: listings, and a notebook's cells. All of it is a stranger's
text: it is escaped, or comes out of a renderer that knows no HTML and through a sanitiser."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from mdit_py_plugins.dollarmath import dollarmath_plugin

from courses.authoring.source.formulas import FormulaInvalid, to_mathml
from courses.authoring.source.highlight import to_html
from courses.authoring.source.notebook import pictures_as_markdown
from courses.authoring.source.sanitise import clean
from courses.catalog.models import Exercise
from courses.exercises.models import Submission
from courses.exercises.pictures import Pictures
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


def files_of(submission: Submission, exercise: Exercise | None) -> list[ShownFile]:
    """The files of a submission, as the mode of its exercise has them read."""
    terms = Terms.of(exercise) if exercise else None
    manual = terms.manual if terms else {}
    return shown_files(submission.files, exercise=exercise, mode=terms.mode if terms else "module", manual=manual)


def shown_files(
    files: Mapping[str, str],
    *,
    exercise: Exercise | None,
    mode: str,
    manual: Mapping[str, ManualTerms] | None = None,
) -> list[ShownFile]:
    """Files as their mode has them read: a notebook is its cells, never the file that holds them.

    Args:
        exercise: whose pictures a notebook's text may show; without it, those that the notebook holds.
    """
    pictures = Pictures(exercise)
    return [_file(name, text, mode=mode, manual=manual or {}, pictures=pictures) for name, text in files.items()]


def _file(name: str, text: str, *, mode: str, manual: Mapping[str, ManualTerms], pictures: Pictures) -> ShownFile:
    if mode == "predictions":
        return ShownFile(name=name)
    if mode == "notebook":
        try:
            cells = read_notebook(text)[:MAX_CELLS]
        except NotebookUnreadable:
            return ShownFile(name=name)
        return ShownFile(name=name, cells=tuple(_cell(cell, manual, pictures) for cell in cells))
    return ShownFile(name=name, html=listing(text))


def _cell(cell: Cell, manual: Mapping[str, ManualTerms], pictures: Pictures) -> ShownCell:
    parts = tuple(part for part in manual.values() if part.cell is not None and part.cell in cell.names)
    html = listing(cell.source) if cell.kind == "code" else prose(cell.source, pictures, cell.attachments)
    return ShownCell(kind=cell.kind, html=html, locked=cell.locked, parts=parts)


def listing(code: str) -> SafeString:
    """Code with colours, where it is not too long for them."""
    return mark_safe(to_html(code, "python" if len(code) <= MAX_COLOURED else "text"))  # noqa: S308  # escaped there


def prose(text: str, pictures: Pictures, attachments: Mapping[str, Any]) -> SafeString:
    """Markdown with formulas and pictures, as HTML without any of its own."""
    found: list[str] = []
    known = {"pictures": pictures, "attachments": attachments, "found": found}
    lines = [pictures_as_markdown(line) for line in text.split("\n")]
    html = clean(str(_MARKDOWN.render("\n".join(lines), known)))
    return mark_safe(_PLACE.sub(lambda match: f'src="{found[int(match[1])]}"', html))  # noqa: S308  # sanitised


#: Where a picture comes: its content is put there once the text around it has been sanitised.
_PLACE = re.compile(r'src="#picture-(\d{1,4})"')


def _picture(
    _renderer: RendererHTML, tokens: Sequence[Token], place: int, _options: Any, known: Mapping[str, Any]
) -> str:
    """A picture that is there; else the text that asks for it: none is fetched from elsewhere."""
    token = tokens[place]
    address = str(token.attrGet("src") or "")
    content = known["pictures"].find(address, known["attachments"])
    if not content:
        return f"<code>{escape(f'![{token.content}]({address})')}</code>"
    known["found"].append(content)
    return f'<img src="#picture-{len(known["found"]) - 1}" alt="{escape(token.content)}" loading="lazy">'


def _formula(tex: str, options: Mapping[str, Any]) -> str:
    try:
        return to_mathml(tex, display=bool(options.get("display_mode")))
    except FormulaInvalid:
        return f"<code>{escape(tex)}</code>"


#: Without HTML and links, and with no pictures but its own: nothing leads the reader or their browser elsewhere.
_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table").disable(["link", "autolink"])
_MARKDOWN.use(dollarmath_plugin, renderer=_formula)
_MARKDOWN.add_render_rule("image", _picture)
