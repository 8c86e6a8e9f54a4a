"""What counts as a right answer, however it is typed."""

from __future__ import annotations

from typing import Any

import pytest

from courses.quizzes.kinds import check
from courses.quizzes.kinds.numbers import read_numbers
from courses.quizzes.kinds.shapes import read_shape

CHOICES = [{"id": "a", "correct": True}, {"id": "b", "correct": False}, {"id": "c", "correct": True}]


def number(answer: float, **more: Any) -> dict[str, Any]:
    return {"type": "number", "answer": answer, **more}


@pytest.mark.parametrize(
    "typed",
    [
        "9098",
        "９０９８",
        " 9 098 ",
        "9,098",
        "9，098",
        "9098.0",
        "9.098e3",
        "9.098×10^3",
        "９．０９８ｅ３",
        "+9098",
        "9'098",
    ],
)
def test_ways_to_write_nine_thousand(typed: str) -> None:
    assert check(number(9098), typed).correct


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("3,5", 3.5),
        ("3.5", 3.5),
        ("３．５", 3.5),
        ("1e-3", 0.001),
        ("10^-3", 0.001),
        ("10⁻³", 0.001),
        (r"\(10^{-3}\)", 0.001),
        (r"1 \cdot 10^{-3}", 0.001),
        ("10³", 1000),
        (r"\frac{7}{2}", 3.5),
        ("9098。", 9098),
        ("9098\u200b", 9098),
        ("1E-3", 0.001),
        ("−2", -2.0),
        ("－２", -2.0),
        ("1/4", 0.25),
        ("25 %", 0.25),
        (".5", 0.5),
        ("1,234,567.5", 1234567.5),
    ],
)
def test_numbers_as_people_type_them(typed: str, value: float) -> None:
    assert value in read_numbers(typed)


@pytest.mark.parametrize("typed", ["", "many", "1,2,3", "1.2.3", "--1", "1/0", "nan", "inf", "1e999", "0x10", "三"])
def test_what_is_no_number_is_no_try(typed: str) -> None:
    assert check(number(1), typed).readable is False


def test_a_tolerance_and_a_unit() -> None:
    question = number(2.5, tolerance=0.1, unit="MB")
    for typed in ("2.5", "2.45 MB", "2,6MB", "2.5 ＭＢ"):
        assert check(question, typed).correct, typed
    assert not check(question, "2.61").correct
    assert not check(number(9098), "9099").correct
    assert check(number(0.3), "0.30000000000000004").correct


@pytest.mark.parametrize(
    "typed",
    [
        "(1, 28, 28)",
        "1x28x28",
        "1×28×28",
        "1 X 28 X 28",
        "[1,28,28]",
        "1，28，28",
        "（1，28，28）",
        "1、28、28",
        "１×２８×２８",
        "1 28 28",
        "torch.Size([1, 28, 28])",
        r"\(1\times28\times28\)",
        r"\left(1,\,28,\,28\right)",
        "(1, 28, 28,)",
        "1*28*28",
    ],
)
def test_ways_to_write_a_shape(typed: str) -> None:
    assert check({"type": "shape", "answer": [1, 28, 28]}, typed).correct


def test_shapes_that_are_wrong_or_none() -> None:
    question = {"type": "shape", "answer": [1, 28, 28]}
    assert check(question, "(28, 28)").readable
    assert not check(question, "(28, 28, 1)").correct
    for typed in ("", "N, 28", "(-1, 28)", "1.5, 2", "big"):
        assert not check(question, typed).readable, typed
    assert read_shape("()") == ()
    assert check({"type": "shape", "answer": []}, "()").correct


def test_choices() -> None:
    multiple = {"type": "multiple", "choices": CHOICES}
    assert check(multiple, ["c", "a"]).correct
    assert not check(multiple, ["a"]).correct
    assert not check(multiple, ["a", "b", "c"]).correct
    single = {"type": "single", "choices": CHOICES[:2]}
    assert check(single, ["a"]).correct
    assert not check(single, ["b"]).correct
    for nonsense in ([], ["z"], ["a", "b"]):
        assert not check(single, nonsense).readable


def test_a_very_long_answer_is_cut_not_computed() -> None:
    assert not check(number(1), "9" * 100_000).correct
    assert not check({"type": "shape", "answer": [1]}, "1," * 100_000).correct
