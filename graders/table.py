"""Tables that people hand in as CSV: read with the csv module, checked cell by cell, mistakes named by row.

No code of a student's runs, and nothing is guessed: a table is what its columns say, or the findings tell the row, the
column and what was expected. Rows are counted as a spreadsheet counts them, the names of the columns being row 1.
Competitions and exercises of mode ``predictions`` read their tables here, on the grading machine and, for a first
look before anything is queued, on the web.
"""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from graders.report import Finding
from graders.schema import Column

MAX_BYTES = 10 * 1024 * 1024
MAX_PROBLEMS = 10  #: named one by one; then reading stops
MAX_EMPTY = 1000  #: lines without anything
_SHOWN = 60
_INTEGER = re.compile(r"[-+]?[0-9]{1,18}(\.0{1,9})?")  # pandas writes whole numbers as 3.0 where a value was missing
_NUMBER = re.compile(r"[-+]?([0-9]{1,400}(\.[0-9]{0,400})?|\.[0-9]{1,400})([eE][-+]?[0-9]{1,4})?")
_NOT_FINITE = re.compile(r"[-+]?(nan|inf|infinity)", re.IGNORECASE)
_NOT_TEXT = (b"\xff\xfe", b"\xfe\xff", b"PK\x03\x04")  #: UTF-16 with its mark, and an archive, as spreadsheets are
_OTHER_DELIMITERS = {";": ";", "\t": "Tab", "|": "|"}  #: and how they are shown


class TableRefused(Exception):
    """This is not the table that was asked for; ``findings`` say where and why."""

    def __init__(self, *findings: Finding) -> None:
        super().__init__(", ".join(finding.key for finding in findings))
        self.findings = findings


@dataclass(frozen=True, kw_only=True)
class Table:
    """Rows by id, in the order of the file."""

    ids: tuple[str, ...]
    columns: Mapping[str, Sequence[Any]]

    def in_order_of(self, ids: Sequence[str]) -> Table:
        """The same rows in another order. Both must have the same ids."""
        places = {name: place for place, name in enumerate(self.ids)}
        order = [places[name] for name in ids]
        moved = {name: [values[place] for place in order] for name, values in self.columns.items()}
        return Table(ids=tuple(ids), columns=moved)


def decode(content: bytes) -> str:
    """The text of a file.

    Raises:
        TableRefused: it is too large, or not UTF-8.
    """
    if len(content) > MAX_BYTES:
        raise TableRefused(_finding("table-too-large", limit_mb=MAX_BYTES // 2**20))
    if content.startswith(_NOT_TEXT) or b"\x00" in content[:4]:  # a letter of UTF-16 has a zero byte among its first
        raise TableRefused(_finding("table-utf16"))
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise TableRefused(_finding("table-encoding", row=_row_of(content[: error.start]))) from None


def read_table(
    text: str,
    *,
    id_column: str,
    columns: Mapping[str, Column],
    ids: Sequence[str] | None = None,
    rows: int | None = None,
) -> Table:
    """Read a table whose first row names its columns, in any order.

    Args:
        ids: those that must be there, each once; None: whatever is there, each once.
        rows: look at so many only, and demand no ids: a first look.

    Raises:
        TableRefused: with at most ``MAX_PROBLEMS`` mistakes, and one more that says so where there may be others.
    """
    reader = _Reader(id_column=id_column, columns=columns, ids=ids)
    if text.startswith("\ufeff"):
        text = text[1:]
    if not text.strip():
        raise TableRefused(_finding("table-empty", columns=_names(reader.names)))
    before, nul, _after = text.partition("\x00")
    if nul:
        raise TableRefused(_finding("table-nul", row=_row_of(before.encode(errors="replace"))))
    try:
        text.encode()
    except UnicodeEncodeError as error:  # a lone surrogate stands for a byte that was no UTF-8
        raise TableRefused(_finding("table-encoding", row=_row_of(text[: error.start].encode()))) from None
    records = csv.reader(io.StringIO(text, newline=""), strict=True)
    number = 0
    try:
        names = next(records)
        number = 1
        reader.header(names, text)
        for number, record in enumerate(records if rows is None else islice(records, rows), start=2):
            reader.row(number, record)
    except csv.Error as error:
        reader.say("table-field" if "field larger" in str(error) else "table-quotes", row=number + 1)
    except _Enough:
        reader.problems.append(_finding("table-more"))
        raise TableRefused(*reader.problems) from None
    return reader.table(complete=rows is None)


def _row_of(before: bytes) -> int:
    """The row of what stands behind these bytes, whatever ends the lines."""
    return len(before.splitlines()) + (not before or before.endswith((b"\n", b"\r")))


class _Enough(Exception):
    """More mistakes than anybody reads at once."""


@dataclass(kw_only=True)
class _Reader:
    id_column: str
    columns: Mapping[str, Column]
    ids: Sequence[str] | None
    problems: list[Finding] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.names = (self.id_column, *self.columns)
        self._wanted = None if self.ids is None else frozenset(self.ids)
        self._rows: dict[str, int] = {}
        self._values: dict[str, list[Any]] = {name: [] for name in self.columns}
        self._parts: list[tuple[int, str, Callable[[str], Any], list[Any]]] = []
        self._id_at = self._width = self._empty = 0

    def say(self, key: str, **values: str | float) -> None:
        self.problems.append(_finding(key, **values))
        if len(self.problems) >= MAX_PROBLEMS:
            raise _Enough

    def header(self, record: Sequence[str], text: str) -> None:
        """The names of the columns; nothing of the rest is readable without them."""
        found = [name.strip() for name in record]
        expected = _names(self.names)
        for delimiter, name in _OTHER_DELIMITERS.items():
            if len(found) == 1 < len(self.names) and delimiter in text.partition("\n")[0]:
                raise TableRefused(_finding("table-delimiter", found=name))
        for name in dict.fromkeys(found):
            if name not in self.names:
                self.say("table-unknown-column", column=_shown(name), columns=expected)
            elif found.count(name) > 1:
                self.say("table-column-twice", column=name)
        for name in self.names:
            if name not in found:
                self.say("table-missing-column", column=name, columns=expected)
        if self.problems:
            raise TableRefused(*self.problems)
        self._width, self._id_at = len(found), found.index(self.id_column)
        self._parts = [
            (found.index(name), name, _PARSERS[column.kind](column), self._values[name])
            for name, column in self.columns.items()
        ]

    def row(self, number: int, record: Sequence[str]) -> None:
        if len(record) != self._width:
            if record:
                self.say("table-width", row=number, found=len(record), expected=self._width)
            else:  # an empty line says nothing; millions of them would take seconds to read
                self._empty += 1
                if self._empty > MAX_EMPTY:
                    self.say("table-empty-lines", row=number, limit=MAX_EMPTY)
                    raise _Enough
            return
        self._id(number, record[self._id_at].strip())
        for place, name, parse, values in self._parts:
            try:
                values.append(parse(record[place]))
            except _Wrong as wrong:
                shown = _shown(record[place])
                self.say(wrong.key, row=number, column=name, value=shown, **wrong.values)

    def _id(self, number: int, name: str) -> None:
        if not name:
            self.say("table-no-id", row=number, column=self.id_column)
        elif name in self._rows:
            self.say("table-id-twice", row=number, id=_shown(name), first=self._rows[name])
        elif self._wanted is not None and name not in self._wanted:
            self.say("table-unknown-id", row=number, id=_shown(name), column=self.id_column)
        self._rows.setdefault(name, number)

    def table(self, *, complete: bool) -> Table:
        if complete and not self._rows and not self.problems:
            self.problems.append(_finding("table-no-rows"))
        if complete and self.ids is not None and not self.problems:
            missing = [name for name in self.ids if name not in self._rows]
            if missing:
                self.problems.append(
                    _finding("table-missing-ids", count=len(missing), column=self.id_column, id=_shown(missing[0]))
                )
        if self.problems:
            raise TableRefused(*self.problems)
        return Table(ids=tuple(self._rows), columns=self._values)


class _Wrong(Exception):
    """One value is not what its column holds."""

    def __init__(self, key: str, **values: str | float) -> None:
        super().__init__(key)
        self.key, self.values = key, values


def _integer(column: Column) -> Callable[[str], int]:
    low, high = _bounds(column)

    def parse(text: str) -> int:
        text = text.strip()
        if not _INTEGER.fullmatch(text):
            raise _Wrong("table-no-value" if not text else "table-not-integer")
        value = int(text.partition(".")[0])
        if not low <= value <= high:
            raise _Wrong("table-out-of-range", low=_bound(low), high=_bound(high))
        return value

    return parse


def _number(column: Column) -> Callable[[str], float]:
    low, high = _bounds(column)

    def parse(text: str) -> float:
        text = text.strip()
        if not _NUMBER.fullmatch(text):
            not_finite = _NOT_FINITE.fullmatch(text)
            raise _Wrong("table-no-value" if not text else "table-not-finite" if not_finite else "table-not-number")
        value = float(text)
        if not math.isfinite(value):
            raise _Wrong("table-not-finite")
        if not low <= value <= high:
            raise _Wrong("table-out-of-range", low=_bound(low), high=_bound(high))
        return value

    return parse


def _text(column: Column) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if len(text) > column.max_length:
            raise _Wrong("table-text-too-long", limit=column.max_length)
        return text

    return parse


def _choice(column: Column) -> Callable[[str], str]:
    known = frozenset(column.of)

    def parse(text: str) -> str:
        text = text.strip()
        if text not in known:
            raise _Wrong("table-no-value" if not text else "table-not-choice", choices=_names(column.of))
        return text

    return parse


_PARSERS: Mapping[str, Callable[[Column], Callable[[str], Any]]] = {
    "integer": _integer,
    "number": _number,
    "text": _text,
    "choice": _choice,
}


def _bounds(column: Column) -> tuple[float, float]:
    return (
        -math.inf if column.min is None else column.min,
        math.inf if column.max is None else column.max,
    )


def _bound(value: float) -> str:
    return {math.inf: "∞", -math.inf: "−∞"}.get(value, f"{value:g}")


def _names(names: Sequence[str]) -> str:
    text = ", ".join(islice(names, 20))
    return f"{text}, …" if len(names) > 20 else text


def _shown(text: str) -> str:
    """A value of the student's, short, and in one line."""
    clean = "".join(char if char.isprintable() else "\ufffd" for char in text[: _SHOWN + 1])
    return clean if len(clean) <= _SHOWN else f"{clean[:_SHOWN]}…"


def _finding(key: str, **values: str | float) -> Finding:
    return Finding(key=key, values=values)
