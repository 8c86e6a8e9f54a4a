"""The texts of the bundled course, cut into the pieces that tests look at."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

COURSE = Path(__file__).resolve().parents[2] / "content" / "large-models"
LANGUAGES = ("en", "zh-hans")
CHAPTERS = sorted(path.parent for path in COURSE.glob("*/chapter.en.md"))
EXERCISES = sorted(path.parent for path in COURSE.glob("*/exercises/*/exercise.yaml"))
QUIZZES = sorted(COURSE.glob("*/quizzes/*.yaml"))
LISTINGS = ("lectures", "events", "papers", "datasets", "tools")
_FENCE = re.compile(r"^```(\{?[\w-]*\}?)[ ]?([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Fence:
    """A block between two lines of backticks."""

    kind: str  #: python, text, {figure} …
    argument: str
    body: str


def fences(text: str) -> list[Fence]:
    return [Fence(*match.groups()) for match in _FENCE.finditer(text)]


def outline(text: str) -> dict[str, list[str]]:
    """What two translations of a text must have in common."""
    prose = _FENCE.sub("", text)
    blocks = fences(text)
    return {
        "heading levels": re.findall(r"^(#+) ", prose, re.MULTILINE),
        "blocks": [block.kind for block in blocks],
        "quizzes and exercises": [b.argument for b in blocks if b.kind in ("{quiz}", "{exercise}")],
        "figures": [re.sub(r"\.(en|zh-hans)\.svg$", ".svg", b.argument) for b in blocks if b.kind == "{figure}"],
        "formulas": re.findall(r"^\$\$$", prose, re.MULTILINE),
        "rows of tables": ["row" for _ in re.findall(r"^\|", prose, re.MULTILINE)],
        "list items": ["item" for _ in re.findall(r"^(?:-|\d+\.) ", prose, re.MULTILINE)],
        "footnotes": sorted(re.findall(r"^\[\^(\w+)\]:", prose, re.MULTILINE)),
        "questions": ["question" for _ in re.findall(r"^\*\*[^*]+[?？]\*\*", prose, re.MULTILINE)],
    }


def load(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))
