"""An ``.ipynb`` file as a list of cells: what cannot be read gets a sentence. Outputs are never looked at.

The format is nbformat 4 (https://nbformat.readthedocs.io/en/latest/format_description.html). What matters here is small
enough to be read by hand, with bounds; ``metadata`` is kept only as far as it is ours.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from graders.report import Finding

MAX_BYTES = 10 * 1024 * 1024
MAX_CELLS = 1000
MAX_SOURCE = 1024 * 1024  #: of all cells together
_KINDS = ("code", "markdown", "raw")


class NotebookUnreadable(Exception):
    """This is no notebook that can be run."""

    def __init__(self, key: str, **values: str | float) -> None:
        super().__init__(key)
        self.finding = Finding(key=f"notebook-{key}", values=values)


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One cell."""

    kind: str  #: code, markdown, raw
    source: str
    names: tuple[str, ...]  #: by which it is known: ours, which survives old editors, then nbformat's own
    tags: tuple[str, ...]
    ours: Mapping[str, Any]  #: ``metadata.gradus``
    number: int  #: among the code cells, from 1; 0 for others
    #: pictures that a text holds, by name, as the file has them: nothing in them has been looked at
    attachments: Mapping[str, Any] = field(default_factory=dict)

    @property
    def locked(self) -> bool:
        """Students' changes to it are undone."""
        return self.ours.get("locked") is True or "locked" in self.tags

    @property
    def runs(self) -> bool:
        """Not a locked cell that is there to be tried in Jupyter, and whose test the examiner runs."""
        return self.kind == "code" and not (self.locked and self.ours.get("run") is False)

    @property
    def seconds(self) -> float | None:
        """A limit of its own."""
        own = self.ours.get("seconds")
        return float(own) if isinstance(own, int | float) and not isinstance(own, bool) and 0 < own <= 3600 else None

    @property
    def test(self) -> str:
        """The hidden test that it is, by name, or ""."""
        named = self.ours.get("test")
        return str(named) if named else next((tag for tag in self.tags if tag.startswith("test_")), "")


def read_notebook(text: str) -> tuple[Cell, ...]:
    """The cells of a notebook.

    Raises:
        NotebookUnreadable: it is none, or not one that can be run here.
    """
    if not text.strip():
        raise NotebookUnreadable("empty")
    if len(text) > MAX_BYTES:
        raise NotebookUnreadable("too-large", limit_mb=MAX_BYTES // 2**20)
    try:
        data = json.loads(text)
    except json.JSONDecodeError as error:
        raise NotebookUnreadable("not-json", line=error.lineno) from None
    except (RecursionError, ValueError):
        raise NotebookUnreadable("not-json", line=1) from None
    if not isinstance(data, dict) or type(data.get("nbformat")) is not int:  # True is no format
        raise NotebookUnreadable("no-notebook")
    if data["nbformat"] != 4:
        raise NotebookUnreadable("old" if data["nbformat"] < 4 else "new", version=str(data["nbformat"])[:20])
    _check_language(data.get("metadata"))
    cells = data.get("cells")
    if not isinstance(cells, list):
        raise NotebookUnreadable("no-notebook")
    if len(cells) > MAX_CELLS:
        raise NotebookUnreadable("too-many-cells", limit=MAX_CELLS)
    read: list[Cell] = []
    for place, cell in enumerate(cells, start=1):
        number = 1 + sum(other.kind == "code" for other in read)
        read.append(_cell(cell, place=place, number=number))
    if sum(len(cell.source) for cell in read) > MAX_SOURCE:
        raise NotebookUnreadable("too-much-text", limit_kb=MAX_SOURCE // 1024)
    return tuple(read)


def _check_language(metadata: object) -> None:
    metadata = metadata if isinstance(metadata, dict) else {}
    for place, key in (("kernelspec", "language"), ("language_info", "name")):
        part = metadata.get(place)
        language = part.get(key) if isinstance(part, dict) else None
        if isinstance(language, str) and language.strip() and language.lower() not in ("python", "ipython"):
            raise NotebookUnreadable("language", language=_clean(language)[:40])


def _cell(data: object, *, place: int, number: int) -> Cell:
    if not isinstance(data, dict) or data.get("cell_type") not in _KINDS:
        raise NotebookUnreadable("cell-broken", place=place)
    source = data.get("source", "")
    if isinstance(source, list) and all(isinstance(line, str) for line in source):
        source = "".join(source)
    if not isinstance(source, str):
        raise NotebookUnreadable("cell-broken", place=place)
    metadata = data.get("metadata")
    metadata = metadata if isinstance(metadata, dict) else {}
    ours, tags = metadata.get("gradus"), metadata.get("tags")
    ours = ours if isinstance(ours, dict) else {}
    names, attachments = (ours.get("cell"), data.get("id")), data.get("attachments")
    return Cell(
        kind=str(data["cell_type"]),
        source=_clean(source.replace("\r\n", "\n").replace("\r", "\n")),
        names=tuple(name for name in names if isinstance(name, str) and name),
        tags=tuple(tag for tag in tags if isinstance(tag, str)) if isinstance(tags, list) else (),
        ours=ours,
        number=number if data["cell_type"] == "code" else 0,
        attachments=attachments if isinstance(attachments, dict) else {},
    )


def _clean(text: str) -> str:
    """Without lone surrogates and NULs, which JSON can spell and no other text can hold."""
    return text.replace("\x00", "\ufffd").encode("utf-8", "replace").decode()
