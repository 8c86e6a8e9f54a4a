"""The figures of a Run on their way to a report, in pieces that fit into packets.

An examiner has decoded each and made it anew; nothing here or above looks inside them.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import Any

from graders.report import MAX_FIGURE_BYTES, MAX_FIGURES, PNG

PIECE = 64 * 1024  #: characters of base64 in one packet; a multiple of four, so that each piece decodes


class Figures:
    """Puts the pieces together."""

    def __init__(self) -> None:
        self._finished: list[str] = []
        self._pieces: list[str] = []

    def take(self, message: Mapping[str, Any]) -> None:
        """One piece; the last of a figure says so. What is too large, or more than may be shown, is dropped."""
        self._pieces.append(str(message.get("data", "")))
        if sum(map(len, self._pieces)) > 2 * MAX_FIGURE_BYTES:
            self._pieces = [""]
        if message.get("last"):
            text, self._pieces = "".join(self._pieces), []
            if len(self._finished) < MAX_FIGURES and _is_figure(text):
                self._finished.append(text)

    def images(self) -> tuple[str, ...]:
        return tuple(self._finished)


def _is_figure(text: str) -> bool:
    try:
        content = base64.b64decode(text, validate=True)
    except binascii.Error:
        return False
    return content.startswith(PNG) and len(content) <= MAX_FIGURE_BYTES
