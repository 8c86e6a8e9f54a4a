"""What a submission prints: kept within bounds, cleaned, and divided into what its student may see and what not."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable

#: Read and thrown away beyond what is kept, before the submission is ended for flooding.
FLOOD_BYTES = 1 << 20
_TRUNCATED = "\n… output cut here: {kept} KiB are kept …\n"
#: C0 (but tab and newline), DEL, C1, bidirectional overrides and isolates, zero-width
#: and line separators, tags.
_CONTROLS = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
_ANSI = re.compile("\x1b(?:\\[[0-?]*[ -/]*[@-~]|\\][^\x07\x1b]*(?:\x07|\x1b\\\\)?|[@-Z\\\\-_])")


def clean(text: str) -> str:
    """Untrusted text without terminal sequences, control characters and lone surrogates. Line ends become ``\\n``."""
    text = _ANSI.sub("", text).replace("\r\n", "\n").replace("\r", "\n")
    return _CONTROLS.sub("", text).encode("utf-8", "replace").decode()


class Output:
    """The output of one submission."""

    def __init__(self, *, kept_kb: int, on_text: Callable[[str], None]) -> None:
        """``on_text`` hears what the student may see, whole lines at a time."""
        self._limit = kept_kb * 1024
        self._on_text = on_text
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._pending = ""  #: the unfinished last line
        self._texts: dict[bool, list[str]] = {True: [], False: []}
        self._sizes = {True: 0, False: 0}
        self._shown = True
        self.received = 0

    @property
    def shown(self) -> bool:
        """Whether the student may see what comes now."""
        return self._shown

    @property
    def flooded(self) -> bool:
        return self.received > self._limit + FLOOD_BYTES

    def feed(self, data: bytes) -> None:
        self.received += len(data)
        if self._sizes[self._shown] > self._limit:
            return
        lines, newline, rest = (self._pending + self._decoder.decode(data)).rpartition("\n")
        self._pending = rest
        if len(rest) > 4096:
            lines, newline, self._pending = lines + newline + rest, "", ""
        self._keep(lines + newline)

    def turn(self, *, shown: bool) -> None:
        """From here on what is printed is shown to the student, or withheld."""
        self._keep(self._pending + self._decoder.decode(b"", final=True))
        self._pending = ""
        self._shown = shown

    def text(self, *, shown: bool) -> str:
        self._keep(self._pending)
        self._pending = ""
        return "".join(self._texts[shown])

    def _keep(self, text: str) -> None:
        if not text or self._sizes[self._shown] > self._limit:
            return
        text = clean(text)
        room = self._limit - self._sizes[self._shown]
        if len(text) > room:
            text = text[:room] + _TRUNCATED.format(kept=self._limit // 1024)
            self._sizes[self._shown] = self._limit + 1
        else:
            self._sizes[self._shown] += len(text)
        self._texts[self._shown].append(text)
        if self._shown:
            self._on_text(text)
