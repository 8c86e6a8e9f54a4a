"""``from gradus import track``: numbers that the page draws as curves.

Points wait here and leave with the next reply: one request, one reply, nothing in between.
"""

from __future__ import annotations

import math
import sys
from types import ModuleType
from typing import Any, SupportsFloat, SupportsIndex

from graders.wire.own import own_builtins

own_builtins(globals())

MAX_POINTS = 500  #: between two replies; later ones are dropped
MAX_SERIES = 16

_points: list[dict[str, float]] = []


def track(step: SupportsIndex, **numbers: SupportsFloat) -> None:
    """Report numbers of a training step, such as ``track(step, loss=loss.item())``."""
    point = {"step": float(step.__index__())}
    for name, number in list(numbers.items())[:MAX_SERIES]:
        value = float(number)
        if math.isfinite(value):
            point[name[:40]] = value
    if len(_points) < MAX_POINTS:
        _points.append(point)


def take() -> list[dict[str, float]]:
    """The points since the last reply."""
    taken = list(_points)
    _points.clear()
    return taken


def install() -> None:
    """Make ``gradus`` importable for the submission."""
    module: Any = ModuleType("gradus", "Reports training curves to the page that shows your submission.")
    module.track = track
    sys.modules["gradus"] = module
