"""The text of a notebook as a statement: what students read on the page before they take the notebook to Jupyter.

The page renders Markdown strictly, and notebooks are full of HTML, of formulas that nobody checks, and of links to
files that are elsewhere now. A cell that does not render stands as plain text; nothing of it is lost.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from urllib.parse import unquote

from courses.authoring.nbgrader.books import Converted
from courses.authoring.nbgrader.cells import Cell, Role
from courses.authoring.source.markdown import render
from courses.authoring.source.page import Page
from courses.authoring.source.places import FIGURE_TYPES, Map
from graders.problems import Problem

_IMAGE = re.compile(r"!\[([^\]\n]*)\]\(\s*<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\s*\)")
_HTML_IMAGE = re.compile(r"<img\b[^>]*?\bsrc\s*=\s*[\"']?([^\"'\s>]+)[^>]*>", re.IGNORECASE)
_TAG = re.compile(
    r"</?(?:center|font|div|span|p|b|i|u|em|strong|br|hr|h[1-6]|a|small|big|details|summary)\b[^>]*>", re.IGNORECASE
)
_HEADING = re.compile(r"(#{1,6})(\s+.*)")
_FENCE = re.compile(r"\s*(`{3,}|~{3,})")
_SUFFIXES = {kind: suffix for suffix, kind in FIGURE_TYPES.items() if suffix != ".jpeg"}
PLACE = "statement.md"  #: where the text stands while it is tried


class _NoPlaces:
    """Addresses for the trial."""

    def chapter(self, slug: str) -> str:
        return f"/{slug}"

    def exercise(self, slug: str) -> str:
        return f"/{slug}"

    def competition(self, slug: str, page: str) -> str:
        return f"/{slug}/{page}"

    def faq(self) -> str:
        return "/"

    def file(self, digest: str, name: str) -> str:
        return f"/{digest}/{name}"


class Statement:
    """A statement while it is put together; ``figures`` are its pictures, by their path beside it."""

    def __init__(self, beside: Mapping[str, bytes], language: str) -> None:
        self._beside, self._language = beside, language
        self._level = 1
        self.figures: dict[str, bytes] = {}

    def of(self, made: Converted) -> str:
        """The text of a notebook, without header and footer, tests and places for answers."""
        parts = [
            text
            for cell, starter in zip(made.cells, made.starter, strict=True)
            if cell.number and (text := self._part(cell, starter).strip())
        ]
        return "\n\n".join(parts) + "\n" if parts else "…\n"

    def _part(self, cell: Cell, starter: str) -> str:
        if cell.role is Role.TEST or cell.kind == "raw" or not starter.strip():
            return ""
        if cell.is_code:
            return _fenced(starter, "python")
        if cell.role is Role.WRITTEN:
            return ""
        text = "\n".join(self._lines(cell, starter))
        return text if self._renders(text) else _fenced(starter, "text")

    def _renders(self, text: str) -> bool:
        problems: list[Problem] = []
        places = Map(files=dict(self.figures), urls=_NoPlaces())
        page = Page(file=PLACE, language=self._language, problems=problems, places=places)
        level = re.match(r"(#+)\s", text)
        render(text, page, top_level=len(level[1]) if level else 2)
        return not [problem for problem in problems if "heading of level" not in problem.message]

    def _lines(self, cell: Cell, source: str) -> Iterator[str]:
        fence = ""
        for line in source.split("\n"):
            mark = _FENCE.match(line)
            if mark:
                fence = "" if fence and line.strip().startswith(fence) else fence or mark[1]
            yield line if fence or mark else self._line(cell, line)

    def _line(self, cell: Cell, line: str) -> str:
        line = _HTML_IMAGE.sub(lambda match: f"![]({match[1]})", line)
        line = _IMAGE.sub(lambda match: self._picture(cell, match[1], match[2]), line)
        line = _TAG.sub("", line)
        heading = _HEADING.fullmatch(line)
        if heading is None:
            return line
        self._level = min(self._level + 1, max(2, len(heading[1])), 6)
        return "#" * self._level + heading[2]

    def _picture(self, cell: Cell, alt: str, source: str) -> str:
        """A picture that is there; the name of one that is not."""
        alt = alt.strip() or PurePosixPath(unquote(source)).stem or "picture"
        content, suffix = self._content(cell, unquote(source))
        if content is None:
            return f"*{alt}*" if not source.startswith(("http://", "https://")) else f"[{alt}]({source})"
        name = f"figures/{hashlib.sha256(content).hexdigest()[:16]}{suffix}"
        self.figures[name] = content
        return f"![{alt}]({name})"

    def _content(self, cell: Cell, source: str) -> tuple[bytes | None, str]:
        if source.startswith("attachment:"):
            for kind, data in dict(cell.attachments.get(source.removeprefix("attachment:"), {})).items():
                if kind in _SUFFIXES and isinstance(data, str) and kind != "image/svg+xml":
                    try:
                        return base64.b64decode(data, validate=False), _SUFFIXES[kind]
                    except (binascii.Error, ValueError):
                        return None, ""
            return None, ""
        path = str(PurePosixPath(source))
        return self._beside.get(path), PurePosixPath(path).suffix.lower()


def _fenced(text: str, language: str) -> str:
    marks = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, marks + 1)
    return f"{fence}{language}\n{text.strip(chr(10))}\n{fence}"
