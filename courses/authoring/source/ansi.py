"""What a terminal shows in colour, as HTML: classes such as ``ansi-red-fg``, which the style sheet knows.

Colours beyond the terminal's sixteen and those of backgrounds are left out: a page has a light and a dark face, and
text must be readable on both.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape

_ESCAPE = re.compile(r"\x1b\[([0-9;:?]*)([@-~])")
_COLOURS = ("black", "red", "green", "yellow", "blue", "magenta", "cyan", "white")
_EXTENDED = {"5": 1, "2": 3}  #: how many numbers follow 38;5 and 38;2


@dataclass
class _Look:
    colour: str = ""
    bold: bool = False
    underline: bool = False

    @property
    def classes(self) -> str:
        names = (self.colour, "ansi-bold" if self.bold else "", "ansi-underline" if self.underline else "")
        return " ".join(filter(None, names))

    def change(self, codes: list[str]) -> None:
        """What ``ESC [ codes m`` says."""
        while codes:
            code = codes.pop(0)
            number = int(code or 0)
            if number == 0:
                self.colour, self.bold, self.underline = "", False, False
            elif number in (1, 22):
                self.bold = number == 1
            elif number in (4, 24):
                self.underline = number == 4
            elif 30 <= number <= 37:
                self.colour = f"ansi-{_COLOURS[number - 30]}-fg"
            elif 90 <= number <= 97:
                self.colour = f"ansi-{_COLOURS[number - 90]}-intense-fg"
            elif number == 39:
                self.colour = ""
            elif number in (38, 48):
                length = 1 + _EXTENDED.get(codes[0], 0) if codes else 0
                chosen = [codes.pop(0) for _ in codes[:length]]
                self.colour = _of_256(chosen) if number == 38 else self.colour


def _of_256(chosen: list[str]) -> str:
    number = int(chosen[1] or 0) if len(chosen) == 2 and chosen[0] == "5" else 16
    if number > 15:
        return ""
    return f"ansi-{_COLOURS[number % 8]}{'-intense' if number > 7 else ''}-fg"


def to_html(text: str) -> str:
    """The text, escaped, in spans of its colours. Sequences that move a cursor or clear a line leave nothing."""
    look, place, pieces = _Look(), 0, []
    for match in _ESCAPE.finditer(text):
        pieces.append(_span(text[place : match.start()], look))
        place = match.end()
        codes = re.split("[;:]", match[1])
        if match[2] == "m" and all(len(code) <= 3 and code.isdigit() for code in codes if code):
            look.change(codes)
    pieces.append(_span(text[place:], look))
    return "".join(pieces)


def _span(text: str, look: _Look) -> str:
    shown = escape(text, quote=False)
    return f'<span class="{look.classes}">{shown}</span>' if text and look.classes else shown
