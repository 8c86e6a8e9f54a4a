"""A table that was handed in is what its columns say, or the findings name the row and what was expected."""

from __future__ import annotations

import time

import pytest

from graders.findings import sentence
from graders.schema import Column
from graders.table import MAX_BYTES, TableRefused, decode, read_table

COLUMNS = {
    "digit": Column(kind="integer", min=0, max=9),
    "sure": Column(kind="number", min=0, max=1),
    "kind": Column(kind="choice", of=("odd", "even")),
    "note": Column(kind="text", max_length=20),
}
HEAD = "image,digit,sure,kind,note\n"
ROW = "a,3,0.5,odd,x\n"


def said(text: str | bytes, ids: tuple[str, ...] | None = ("a", "b")) -> str:
    """The sentences of a refused table."""
    with pytest.raises(TableRefused) as caught:
        content = text if isinstance(text, str) else decode(text)
        read_table(content, id_column="image", columns=COLUMNS, ids=ids)
    return " ".join(map(sentence, caught.value.findings))


def test_columns_and_rows_come_in_any_order() -> None:
    text = '\ufeffnote,image,kind,sure,digit\r\n"a, quoted",b,even,1e-3,2.0\r\n\r\n, a ,odd,1,+7\r\n'
    table = read_table(text, id_column="image", columns=COLUMNS, ids=("a", "b")).in_order_of(("a", "b"))
    assert table.columns == {"digit": [7, 2], "sure": [1.0, 0.001], "kind": ["odd", "even"], "note": ["", "a, quoted"]}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "empty"),
        (" \n\n", "empty"),
        (HEAD, "no rows"),
        (HEAD.replace(",", ";") + "a;3;0.5;odd;x\n", "separated by “;”. Separate them by commas"),
        (HEAD.replace(",", "\t"), "separated by “Tab”"),
        (HEAD + ROW + "\n" * 100_000, "Row 1003 is one of more than 1000 empty lines"),
        ("image,digit,sure,kind\na,3,0.5,odd\n", "“note” is missing"),
        (HEAD.strip() + ",digit\n", "“digit” is there twice"),
        (",image,digit,sure,kind,note\n", "“” is unknown. The columns are image, digit"),
        (HEAD + ROW + "b,3,0.5\n", "Row 3 does not have one value for each column: 3 instead of 5"),
        (HEAD + ROW + ROW, "Row 3 names a again, which row 2 has named already"),
        (HEAD + ROW + "z,3,0.5,odd,x\n", "Row 3 names z, which is not one of those"),
        (HEAD + ROW, "Rows are missing: 1. The first is the one whose “image” is b"),
        (HEAD + ",3,0.5,odd,x\n", "Row 2 has no value in the column “image”"),
        (HEAD + "a,,0.5,odd,x\n", "Row 2 has no value in the column “digit”"),
        (HEAD + "a,3.5,0.5,odd,x\n", "Row 2, column “digit”: “3.5” is not a whole number"),
        (HEAD + "a,12,0.5,odd,x\n", "“digit”: 12 does not lie between 0 and 9"),
        (HEAD + "a,3,nan,odd,x\n", "“nan” is not a finite number"),
        (HEAD + "a,3,-Infinity,odd,x\n", "not a finite number"),
        (HEAD + "a,3,1e999,odd,x\n", "not a finite number"),
        (HEAD + 'a,3,"0,5",odd,x\n', "“0,5” is not a number. Write it with a decimal point"),
        (HEAD + "a,3,=1+1,odd,x\n", "“=1+1” is not a number"),
        (HEAD + "a,3,1_0,odd,x\n", "not a number"),
        (HEAD + "a,3,0.5,blue,x\n", "“blue” is not one of odd, even"),
        (HEAD + f"a,3,0.5,odd,{'x' * 21}\n", "more than 20 characters"),
        (HEAD + 'a,3,0.5,odd,"never closed\n', "Row 2 has a quotation mark that is never closed"),
        (HEAD + 'a,3,0.5,odd,"x"y\n', "Row 2 has a quotation mark"),
        (HEAD + f"a,3,0.5,odd,{'x' * 200_000}\n", "131072 characters"),
        (HEAD + "a,3,0.5,odd,\x00\n", "Row 2 holds a zero byte"),
        (f"image,{'x' * 200_000}\n" + ROW, "Row 1 has a value of more than 131072 characters"),
        (HEAD.encode() + ROW.encode() + b"b,3,0.5,odd,caf\xe9\n", "Row 3 has a byte that is not UTF-8"),
        ((HEAD + ROW).replace("\n", "\r").encode() + b"b\xe9,3,0.5,odd,x\r", "Row 3 has a byte that is not UTF-8"),
        (HEAD + ROW + "b,3,0.5,odd,caf\udce9\n", "Row 3 has a byte that is not UTF-8"),
        (HEAD.encode("utf-16"), "may be UTF-16"),
        (b"PK\x03\x04\x00\x00", "or a spreadsheet"),
        (b"x" * (MAX_BYTES + 1), "larger than 10 MB"),
    ],
)
def test_each_mistake_is_named(text: str | bytes, expected: str) -> None:
    assert expected in said(text)


def test_ten_mistakes_are_named_and_then_reading_stops() -> None:
    text = HEAD + "".join(f"{number},x,y,z,x\n" for number in range(100_000))
    started = time.monotonic()
    with pytest.raises(TableRefused) as caught:
        read_table(text, id_column="image", columns=COLUMNS)
    assert time.monotonic() - started < 1
    assert [finding.key for finding in caught.value.findings][-2:] == ["table-not-integer", "table-more"]
    assert len(caught.value.findings) == 11


def test_what_is_shown_of_a_value_is_short_and_one_line() -> None:
    shown = said(HEAD + f'a,"{"9" * 50}\n{"<script>" * 20}",0.5,odd,x\n', ids=None)
    assert "\n" not in shown
    assert len(shown) < 200


@pytest.mark.parametrize("rows", [50_000, pytest.param(1_000_000, marks=pytest.mark.long)])
def test_reading_takes_microseconds_a_row(rows: int) -> None:
    ids = tuple(str(number) for number in range(rows))
    text = "image,digit\n" + "".join(f"{name},3\n" for name in ids)
    assert len(text) < MAX_BYTES
    started = time.process_time()
    table = read_table(text, id_column="image", columns={"digit": COLUMNS["digit"]}, ids=ids)
    assert len(table.ids) == rows
    assert time.process_time() - started < 1 + 12e-6 * rows


def test_a_first_look_reads_few_rows_and_demands_none() -> None:
    text = HEAD + ROW + "b,broken,0.5,odd,x\n"
    table = read_table(text, id_column="image", columns=COLUMNS, rows=1)
    assert table.columns["digit"] == [3]
