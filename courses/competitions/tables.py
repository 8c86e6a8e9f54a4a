"""What is handed in, looked at as a whole before it is queued: who errs is told the row, and has spent nothing."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from courses.competitions.models import Edition
from courses.competitions.refusing import EntryRefused, EntryTooLarge
from courses.exercises.files import FilesRefused, FilesTooLarge, clean_files, text_of_upload
from courses.exercises.wording import word
from graders.schema import MAX_ANSWER, PredictionsSchema
from graders.table import TableRefused, decode, read_table

TABLE = "predictions.csv"
MAX_TABLE = MAX_ANSWER["predictions"]


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What may be queued, and its digest: the same rows in another order have the same."""

    files: Mapping[str, str]
    digest: str


def files_of(edition: Edition) -> tuple[str, ...]:
    """The names of the files that an entry consists of."""
    return tuple(edition.spec["files"]) if edition.is_code else (TABLE,)


def limit_of(edition: Edition) -> int:
    """How many bytes an entry may have."""
    return int(edition.spec["size_kb"]) * 1024 if edition.is_code else MAX_TABLE


def clean(edition: Edition, files: Mapping[str, object]) -> Answer:
    """What is handed in, as scoring takes it.

    Args:
        edition: by which entries are scored.

    Raises:
        EntryRefused: it cannot be scored; every sentence names the row, or the file, and what would be right.
    """
    return _clean_code(edition, files) if edition.is_code else _clean_table(edition, files)


def uploaded(edition: Edition, files: Mapping[str, UploadedFile[bytes]]) -> dict[str, object]:
    """The texts of uploaded files. A table may have any name; it is the only file.

    Raises:
        EntryRefused: a file is too large, or in another encoding than UTF-8.
    """
    names = files_of(edition)
    limit = limit_of(edition)
    texts: dict[str, object] = {}
    for name, file in files.items():
        if file.size is not None and file.size > limit:
            raise _too_large(edition, file.size, limit)
        called = names[0] if len(names) == 1 else name
        try:
            texts[called] = text_of_upload(called, file.read())
        except FilesRefused as error:
            raise EntryRefused(str(error)) from error
    return texts


def _too_large(edition: Edition, size: int, limit: int) -> EntryTooLarge:
    words = {"size": size / 1024, "limit": limit / 1024, "rows": len(edition.ids)}
    if edition.is_code:
        return EntryTooLarge(_("The files have %(size).0f KB; an entry may have %(limit).0f KB.") % words)
    return EntryTooLarge(
        _("The file has %(size).0f KB; a table may have %(limit).0f KB. It needs %(rows)d rows and no more.") % words
    )


def _clean_table(edition: Edition, files: Mapping[str, object]) -> Answer:
    text = files.get(TABLE)
    if not isinstance(text, str) or set(files) != {TABLE}:
        raise EntryRefused(_("An entry is one file: %(name)s.") % {"name": TABLE})
    encoded = text.encode("utf-8", "surrogatepass")
    if len(encoded) > MAX_TABLE:
        raise _too_large(edition, len(encoded), MAX_TABLE)
    schema = PredictionsSchema.model_validate_json(json.dumps(edition.spec["table"]))
    try:
        table = read_table(decode(encoded), id_column=schema.id, columns=schema.columns, ids=edition.ids)
    except TableRefused as refused:
        raise EntryRefused("\n".join(word(finding, {}) for finding in refused.findings)) from refused
    ordered = table.in_order_of(edition.ids)
    rows: list[Any] = [list(ordered.columns[name]) for name in schema.columns]
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    return Answer(files={TABLE: text}, digest=_digest(rows))


def _clean_code(edition: Edition, files: Mapping[str, object]) -> Answer:
    limit = limit_of(edition)
    try:
        texts = clean_files(files, declared=files_of(edition))
    except FilesTooLarge as error:
        raise EntryTooLarge(str(error)) from error
    except FilesRefused as error:
        raise EntryRefused(str(error)) from error
    size = sum(len(text.encode()) for text in texts.values())
    if size > limit:
        raise _too_large(edition, size, limit)
    return Answer(files=texts, digest=_digest(sorted(texts.items())))


def _digest(content: object) -> str:
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()
