"""``formula``: equal as mathematics, in bounded time whatever was typed.

Two formulas are equal if they agree at points drawn at random: for the analytic functions that a formula here can be
made of, two different ones agree on a set of measure zero only (the idea of Schwartz 1980 and Zippel 1979 for
polynomials). Symbolic simplification would have no such bound, and would have to be handed what a stranger typed.
"""

from __future__ import annotations

import cmath
import random
from collections.abc import Mapping, Sequence
from typing import Any

from courses.quizzes.algebra import Formula, FormulaUnreadable, parse
from courses.quizzes.kinds.verdict import UNREADABLE, Response, Verdict

_POINTS, _ENOUGH = 32, 8
_CLOSE = 1e-7


def check(question: Mapping[str, Any], response: Response) -> Verdict:
    variables = question["variables"]
    try:
        typed = parse("".join(response), variables=variables)
    except FormulaUnreadable:
        return UNREADABLE
    key = parse(question["answer"], variables=variables)
    return Verdict(correct=equal(key, typed, variables=variables, positive=question["domain"] == "positive"))


def own_answer(question: Mapping[str, Any]) -> Response:
    return str(question["answer"])


def equal(key: Formula, typed: Formula, *, variables: Sequence[str], positive: bool) -> bool:
    """Whether two formulas agree wherever the key has a value, at points that are the same each time."""
    draw = random.Random(f"{len(variables)} {positive}")  # noqa: S311  # points, not secrets
    seen = 0
    for _ in range(_POINTS):
        low = 0.3 if positive else -2.7
        point = {name: complex(draw.uniform(low, 2.7)) for name in variables}
        expected = _value(key, point)
        if expected is None:
            continue
        actual = _value(typed, point)
        if actual is None or abs(actual - expected) > _CLOSE * max(1.0, abs(expected)):
            return False
        seen += 1
    return seen >= _ENOUGH


def _value(formula: Formula, point: Mapping[str, complex]) -> complex | None:
    try:
        value = formula(point)
    except (ArithmeticError, ValueError):
        return None
    return value if cmath.isfinite(value) else None
