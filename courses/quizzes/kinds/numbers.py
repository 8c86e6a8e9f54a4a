"""``number``: a number with a tolerance and a unit, however it is typed."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any

from courses.quizzes.kinds.verdict import UNREADABLE, Response, Verdict
from courses.quizzes.typed import narrow

_RAISED = re.compile("(?<=[0-9０-９])[⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻]+")
_FRACTION = re.compile(r"\\[dt]?frac\s*{([^{}]*)}\s*{([^{}]*)}")
#: Spaces, signs between thousands and around a formula, marks that cannot be seen, a Chinese full stop.
_MARKS = re.compile(r"\\[,;!() ]|[\s_'’${}\u200b-\u200f\u2060\ufeff。]")
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?")
_BARE_POWER = re.compile(r"(?<![^/+-])10\^\(?([+-]?\d{1,3})\)?$")  #: without a factor in front
_POWER = re.compile(r"[×x*·]10\^?\(?([+-]?\d{1,3})\)?$")


def check(question: Mapping[str, Any], response: Response) -> Verdict:
    numbers = read_numbers("".join(response), unit=question.get("unit") or "")
    if not numbers:
        return UNREADABLE
    return Verdict(correct=any(_near(number, question) for number in numbers))


def own_answer(question: Mapping[str, Any]) -> Response:
    return f"{question['answer']} {question.get('unit') or ''}".strip()


def read_numbers(typed: str, *, unit: str = "") -> tuple[float, ...]:
    """What a typed number may mean. ``9,098`` is nine thousand to some and nine and a bit to others: both are tried."""
    text = _bare(typed)
    if unit:
        text = text.removesuffix(_bare(unit))
    text = _POWER.sub(r"e\1", _BARE_POWER.sub(r"1e\1", text))
    if text.endswith("%"):
        return tuple(number / 100 for number in _decimals(text[:-1]))
    top, slash, bottom = text.partition("/")
    if slash:
        tops, bottoms = _decimals(top), _decimals(bottom)
        return tuple(above / below for above in tops for below in bottoms if below)
    return _decimals(text)


def _bare(text: str) -> str:
    """Without what only spaces, marks or sets a number: ``\\frac{7}{2}`` is ``7/2``, and ``10⁻³`` is ``10^-3``."""
    text = narrow(_RAISED.sub(r"^\g<0>", text))
    text = _FRACTION.sub(r"\1/\2", text).replace("\u2044", "/").replace("\\times", "×").replace("\\cdot", "·")
    return _MARKS.sub("", text)


def _decimals(text: str) -> tuple[float, ...]:
    text = text.replace("、", ",")
    readings = {text.replace(",", "")} if re.fullmatch(r"[+-]?\d{1,3}(,\d{3})+(\.\d*)?([eE].*)?", text) else set()
    if text.count(",") <= 1 and not ("," in text and "." in text):
        readings.add(text.replace(",", "."))
    numbers = (float(reading) for reading in sorted(readings) if _NUMBER.fullmatch(reading))
    return tuple(number for number in numbers if math.isfinite(number))


def _near(number: float, question: Mapping[str, Any]) -> bool:
    """Within the tolerance; a hair more, since 0.1 + 0.2 is not 0.3."""
    answer, tolerance = float(question["answer"]), float(question.get("tolerance") or 0.0)
    return abs(number - answer) <= tolerance + 1e-9 * max(1.0, abs(answer)) * (tolerance > 0 or answer % 1 != 0)
