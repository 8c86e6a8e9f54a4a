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


_aside: list[Any] = []  #: of cells that have ended


def end_cell() -> None:
    """Put aside what a cell has drawn: the next one begins with no figure, as in Jupyter, and adds nothing to it."""
    _aside.extend(_open()[: MAX_FIGURES - len(_aside)])
    close()


def take() -> tuple[bytes, ...]:
    """Draw and close them; nothing where matplotlib was not used."""
    drawn = []
    for figure in [*_aside, *_open()][:MAX_FIGURES]:
        buffer = io.BytesIO()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that a font lacks a character is nobody's output
            figure.savefig(buffer, format="png", dpi=_DPI)
        drawn.append(buffer.getvalue())
    _aside.clear()
    close()
    return tuple(drawn)


def _open() -> list[Any]:
    pyplot: Any = sys.modules.get("matplotlib.pyplot")
    return [] if pyplot is None else [pyplot.figure(number) for number in pyplot.get_fignums()]


def close() -> None:
    """Begin anew."""
    pyplot: Any = sys.modules.get("matplotlib.pyplot")
    if pyplot is not None:
        pyplot.close("all")
