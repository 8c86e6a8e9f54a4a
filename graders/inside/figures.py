"""The figures that a submission has left open, as PNG files for the examiner, which makes them anew."""

from __future__ import annotations

import io
import sys
import warnings
from typing import Any

from graders.wire.own import own_builtins

own_builtins(globals())

MAX_FIGURES = 6
_DPI = 100


def take() -> tuple[bytes, ...]:
    """Draw and close them; nothing where matplotlib was not used."""
    pyplot: Any = sys.modules.get("matplotlib.pyplot")
    if pyplot is None:
        return ()
    drawn = []
    for number in pyplot.get_fignums()[:MAX_FIGURES]:
        buffer = io.BytesIO()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that a font lacks a character is nobody's output
            pyplot.figure(number).savefig(buffer, format="png", dpi=_DPI)
        drawn.append(buffer.getvalue())
    pyplot.close("all")
    return tuple(drawn)
