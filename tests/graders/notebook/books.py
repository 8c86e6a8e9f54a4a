"""Notebooks for tests: the exercise's own with some cells changed, lost or added."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "exercises" / "squares"
SOLUTION: dict[str, Any] = json.loads((FOLDER / "solution.ipynb").read_text(encoding="utf-8"))


def code(source: str | list[str], **more: Any) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "id": "of-the-student",
        "metadata": {},
        "source": source,
        "outputs": [],
        "execution_count": None,
        **more,
    }


def book(
    *, changed: dict[str, str] | None = None, without: tuple[str, ...] = (), last: str | None = None, **more: Any
) -> str:
    """The solution with other sources for some cells, without others, and with one more cell at the end."""
    cells = [
        {**cell, "source": (changed or {}).get(cell["id"], cell["source"])}
        for cell in SOLUTION["cells"]
        if cell["id"] not in without
    ]
    if last is not None:
        cells.append(code(last))
    return json.dumps({**SOLUTION, "cells": cells, **more})
