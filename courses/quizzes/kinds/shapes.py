"""``shape``: the shape of a tensor, however it is typed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from courses.quizzes.kinds.verdict import UNREADABLE, Response, Verdict
from courses.quizzes.typed import narrow

_SEPARATORS = re.compile(r"[×xX*·✕✖,、;\s]+")
_WRAPPERS = re.compile(r"^(torch\.)?(Size|shape|tuple)?\s*[=:]?\s*")


def check(question: Mapping[str, Any], response: Response) -> Verdict:
    shape = read_shape("".join(response))
    return UNREADABLE if shape is None else Verdict(correct=shape == tuple(question["answer"]))


def own_answer(question: Mapping[str, Any]) -> Response:
    sizes = question["answer"]
    return f"({', '.join(str(size) for size in sizes)}{',' if len(sizes) == 1 else ''})"


def read_shape(typed: str) -> tuple[int, ...] | None:
    """``(1, 28, 28)``, ``1x28x28``, ``1×28×28``, ``[1，28，28]``, ``torch.Size([1, 28])``; None for anything else."""
    text = re.sub(r"\\(?:left|right|[()\[\],;! ])", " ", narrow(typed).replace(r"\times", "×")).strip(" $")
    text = _WRAPPERS.sub("", text)
    bare = re.sub(r"[()\[\]{}（）【】]", " ", text).strip()
    if not bare:
        return () if re.fullmatch(r"[(\[]+\s*[)\]]+", text) else None
    sizes = [part for part in _SEPARATORS.split(bare) if part]
    if not all(re.fullmatch(r"\d{1,12}", size) for size in sizes):
        return None
    return tuple(int(size) for size in sizes)
