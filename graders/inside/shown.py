"""``IPython.display`` as far as notebooks use it: what is shown leaves its words, and a picture its name."""

from __future__ import annotations

import builtins
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

from graders.wire.own import own_builtins

own_builtins(globals())

_KINDS = (
    *("Audio", "Code", "GeoJSON", "HTML", "IFrame", "Image", "JSON", "Javascript", "Latex", "Markdown", "Math"),
    *("Pretty", "SVG", "Video", "YouTubeVideo"),
)
_VERSION = (8, 24, 0)  #: from here on matplotlib leaves the choice of a backend to itself


class Shown:
    """What a page of Jupyter would draw."""

    def __init__(self, data: Any = None, *_: Any, **__: Any) -> None:
        self.data = data

    def __repr__(self) -> str:
        return f"<IPython.core.display.{type(self).__name__} object>"


def display(*values: object, **_options: object) -> None:
    """What ``display`` comes to where there is only text."""
    for value in values:
        builtins.print(builtins.repr(value))


def _nothing(*_: object, **__: object) -> None:
    """There is no screen to clear, no picture format to choose, and no IPython to ask."""


def modules() -> dict[str, ModuleType]:
    """The modules to import it from."""
    top: Any = ModuleType("IPython", "What a notebook shows.")
    top.__path__, top.version_info, top.__version__ = [], _VERSION, ".".join(map(str, _VERSION))
    shown: Any = ModuleType("IPython.display", "What a notebook shows.")
    for name in _KINDS:
        setattr(shown, name, type(name, (Shown,), {"__module__": "IPython.display"}))
    for name in ("clear_output", "set_matplotlib_formats", "update_display"):
        setattr(shown, name, _nothing)
    shown.display, top.display, top.get_ipython = display, shown, _nothing
    for module in (top, shown):
        module.__spec__ = ModuleSpec(module.__name__, None)
    return {"IPython": top, "IPython.display": shown}
