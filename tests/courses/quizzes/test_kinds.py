"""Words, formulas, outputs, orders and pairs: what counts as right, however it is given."""

from __future__ import annotations

from typing import Any

import pytest

from courses.quizzes.kinds import check, own_answer

ITEMS = [{"id": name} for name in ("one", "two", "three")]
PARTNERS = [{"id": "p"}, {"id": "q"}, {"id": "none"}]
ORDER: dict[str, Any] = {"type": "order", "items": ITEMS}
MATCH: dict[str, Any] = {
    "type": "match",
    "items": [{"id": "a", "partner": "p"}, {"id": "b", "partner": "q"}, {"id": "c", "partner": "p"}],
    "partners": PARTNERS,
}


def text(*answers: str, case: bool = False) -> dict[str, Any]:
    return {"type": "text", "answer": list(answers), "case": case}


def formula(answer: str, *, domain: str = "real") -> dict[str, Any]:
    return {"type": "formula", "answer": answer, "variables": ["x", "w", "b", "sigma", "w_1"], "domain": domain}


@pytest.mark.parametrize(
    "typed",
    [
        "cross-entropy",
        "Cross Entropy",
        "“cross_entropy”",
        "ｃｒｏｓｓ－ｅｎｔｒｏｐｙ",
        " `cross  entropy`. ",
        "交叉熵",
        "交叉熵。",
    ],
)
def test_a_word_is_the_same_word_however_it_is_dressed(typed: str) -> None:
    assert check(text("cross-entropy", "交叉熵"), typed).correct


def test_a_word_that_is_another_is_wrong_and_none_is_no_try() -> None:
    assert not check(text("cross-entropy"), "entropy").correct
    assert check(text("cross-entropy"), "entropy").readable
    assert not check(text("softmax"), " . ").readable
    assert check(text("ReLU", case=True), "ReLU").correct
    assert not check(text("ReLU", case=True), "relu").correct


@pytest.mark.parametrize(
    ("key", "typed"),
    [
        ("2*x + 1", "1+2x"),
        ("x^2", "x²"),
        ("x**2", "x · x"),
        ("1/(1+exp(-x))", r"\frac{1}{1+e^{-x}}"),
        ("sigmoid(x)*(1-sigmoid(x))", r"\exp(-x) / \left(1+e^{-x}\right)^{2}"),
        ("w*x+b", "b + xw"),
        ("x/2", r"\dfrac{x}{2}"),
        ("sigma*x", r"$\sigma x$"),
        ("sigma*x", "σｘ"),
        ("x/2", "y = 0,5x"),
        ("sqrt(x^2)", "|x|"),
        ("sin(x)^2", r"\sin^2 x"),
        ("w_1*x", r"w_{1} \cdot x"),
        ("(x+1)*(x-1)", "x^2 − 1"),
        ("-x^2", "-(x²)"),
        ("tanh(x)", "(exp(2x)-1)/(exp(2x)+1)"),
    ],
)
def test_formulas_that_are_equal_as_mathematics(key: str, typed: str) -> None:
    assert check(formula(key), typed).correct


def test_a_logarithm_is_compared_where_it_is_defined() -> None:
    assert check(formula("2*log(x)", domain="positive"), "ln(x^2)").correct
    assert not check(formula("2*log(x)"), "ln(x^2)").correct


@pytest.mark.parametrize("typed", ["2x", "x + 1e-3", "sqrt(x^2)", "9**9**9**9**9", "1/0", "exp(exp(exp(exp(x))))", "0"])
def test_formulas_that_are_not(typed: str) -> None:
    verdict = check(formula("x"), typed)
    assert verdict.readable
    assert not verdict.correct


@pytest.mark.parametrize(
    "typed",
    ["", "y", "2(", "x)", "__import__('os')", "x.real", "lambda: 1", "(" * 200 + "x", "-" * 390 + "x", "|" * 99, "^"],
)
def test_what_is_no_formula_is_no_try(typed: str) -> None:
    assert not check(formula("x"), typed).readable


def test_an_output_is_compared_line_by_line_without_what_nobody_sees() -> None:
    question = {"type": "code-output", "answer": "3\n[1, 2]\n"}
    assert check(question, "3  \r\n[1, 2]\r\n\r\n").correct
    assert not check(question, "3 [1, 2]").correct
    assert not check(question, "3\n[1,2]").correct
    assert not check(question, " \n").readable


def test_an_order_is_right_or_wrong_as_a_whole() -> None:
    assert check(ORDER, ["two 2", "one 1", "three 3"]).correct
    assert check(ORDER, ["one 2", "two 1", "three 3"]).readable
    assert not check(ORDER, ["one 2", "two 1", "three 3"]).correct


@pytest.mark.parametrize(
    "response",
    [[], ["one 1"], ["one 1", "two 1", "three 1"], ["one 1", "two 2", "three 4"], ["one"] * 3, "one 1", ["x 1"]],
)
def test_an_order_with_places_missing_or_twice_is_no_try(response: Any) -> None:
    assert not check(ORDER, response).readable


def test_pairs_may_share_a_partner_and_leave_one_over() -> None:
    assert check(MATCH, ["a p", "b q", "c p"]).correct
    assert not check(MATCH, ["a p", "b q", "c none"]).correct
    assert check(MATCH, ["a p", "b q", "c none"]).readable
    for response in (["a p", "b q"], ["a p", "b q", "c z"], ["a p", "b q", "c p", "d p"]):
        assert not check(MATCH, response).readable


def test_every_key_accepts_itself() -> None:
    code = {"type": "code-output", "answer": "1\n"}
    for question in (text("a b"), formula("x^2"), code, ORDER, MATCH):
        assert check(question, own_answer(question)).correct
