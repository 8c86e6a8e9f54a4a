"""Whether an answer is right. Pure functions over a question as data; no Django, so that authoring can try each key.

A question is a mapping with id, type, text, choices (a list of id, text, correct, why), answer, tolerance, unit, why.
A response is a list of choice ids for ``single`` and ``multiple``, what was typed for ``number`` and ``shape``.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

#: What may come from a browser as one typed answer.
MAX_TYPED = 200
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?")
_MINUS = str.maketrans(dict.fromkeys("−–—‒﹣", "-"))
_POWER = re.compile(r"[×x*·]10\^?\(?([+-]?\d{1,3})\)?$")
_SEPARATORS = re.compile(r"[×xX*·✕✖,、;\s]+")
_WRAPPERS = re.compile(r"^(torch\.)?(Size|shape|tuple)?\s*[=:]?\s*")


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """``readable`` is False where the answer is no number, no shape or no choice at all: it then counts as no try."""

    correct: bool
    readable: bool = True


UNREADABLE = Verdict(correct=False, readable=False)


def check(question: Mapping[str, Any], response: Sequence[str] | str) -> Verdict:
    """Judge one response by the key in the question."""
    kind = question["type"]
    if kind in ("single", "multiple"):
        chosen = set(response) if not isinstance(response, str) else {response}
        known = {choice["id"] for choice in question["choices"]}
        if not chosen or not chosen <= known or (kind == "single" and len(chosen) != 1):
            return UNREADABLE
        return Verdict(correct=chosen == {choice["id"] for choice in question["choices"] if choice["correct"]})
    typed = response if isinstance(response, str) else "".join(response)
    if kind == "number":
        numbers = read_numbers(typed, unit=question.get("unit") or "")
        if not numbers:
            return UNREADABLE
        return Verdict(correct=any(_near(number, question) for number in numbers))
    shape = read_shape(typed)
    return UNREADABLE if shape is None else Verdict(correct=shape == tuple(question["answer"]))


def own_answer(question: Mapping[str, Any]) -> list[str] | str:
    """The response that the question's own key calls right, as a learner would give it."""
    if question["type"] in ("single", "multiple"):
        return [choice["id"] for choice in question["choices"] if choice["correct"]]
    if question["type"] == "shape":
        return ", ".join(str(size) for size in question["answer"])
    return f"{question['answer']} {question.get('unit') or ''}".strip()


def read_numbers(typed: str, *, unit: str = "") -> tuple[float, ...]:
    """What a typed number may mean. ``9,098`` is nine thousand to some and nine and a bit to others: both are tried."""
    text = _plain(typed)
    if unit:
        text = text.removesuffix(_plain(unit))
    text = _POWER.sub(r"e\1", text)
    if text.endswith("%"):
        return tuple(number / 100 for number in _decimals(text[:-1]))
    top, slash, bottom = text.partition("/")
    if slash:
        tops, bottoms = _decimals(top), _decimals(bottom)
        return tuple(above / below for above in tops for below in bottoms if below)
    return _decimals(text)


def read_shape(typed: str) -> tuple[int, ...] | None:
    """``(1, 28, 28)``, ``1x28x28``, ``1×28×28``, ``[1，28，28]``, ``torch.Size([1, 28])``; None for anything else."""
    text = unicodedata.normalize("NFKC", typed[:MAX_TYPED]).strip()
    text = _WRAPPERS.sub("", text)
    bare = re.sub(r"[()\[\]{}（）【】]", " ", text).strip()
    if not bare:
        return () if re.fullmatch(r"[(\[]+\s*[)\]]+", text) else None
    sizes = [part for part in _SEPARATORS.split(bare) if part]
    if not all(re.fullmatch(r"\d{1,12}", size) for size in sizes):
        return None
    return tuple(int(size) for size in sizes)


def _plain(text: str) -> str:
    """Full-width signs as narrow ones, every minus as a hyphen, no spaces."""
    return re.sub(r"[\s_'’]", "", unicodedata.normalize("NFKC", text[:MAX_TYPED]).translate(_MINUS))


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
