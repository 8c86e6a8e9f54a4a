"""Words as they are looked for: folded, and Chinese cut into pairs of characters.

Chinese is written without spaces. Every two neighbouring characters count as a word, as in many search engines: it
needs no dictionary, finds new terms, and pairs that span two words occur nowhere and so do not matter.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property

MAX_QUERY = 100
MAX_WORDS = 12
_HAN = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff"
_PARTS = re.compile(rf"[{_HAN}]+|[^\W{_HAN}]+(?:[._+#-]+[^\W{_HAN}]+)*\+*")
#: What carries a sentence and is looked for by nobody.
_PARTICLES = re.compile("为什么|怎么样|怎么|怎样|如何|什么|哪些|[的了是和与或吗呢]")
_IS_HAN = re.compile(rf"[{_HAN}]")


def fold(text: str) -> str:
    """Small letters, one form of each character: ``ＣＮＮ`` is ``cnn``."""
    return unicodedata.normalize("NFKC", text).lower()


@dataclass(frozen=True)
class Query:
    """What somebody looks for."""

    text: str

    @cached_property
    def _parts(self) -> list[str]:
        found: list[str] = _PARTS.findall(fold(self.text[:MAX_QUERY]))
        return list(dict.fromkeys(found))[:MAX_WORDS]

    @cached_property
    def words(self) -> list[str]:
        """Words of languages with spaces. A passage has one where a word of it begins so."""
        return [part for part in self._parts if not _IS_HAN.match(part)]

    @cached_property
    def runs(self) -> list[str]:
        """What stands in Chinese without a space or a particle between."""
        runs = [part for part in self._parts if _IS_HAN.match(part)]
        return list(dict.fromkeys(piece for run in runs for piece in _PARTICLES.split(run) if piece)) or runs

    @cached_property
    def pairs(self) -> list[str]:
        return list(dict.fromkeys(pair for run in self.runs for pair in pairs_of(run)))

    def __bool__(self) -> bool:
        return bool(self._parts)


def pairs_of(run: str) -> list[str]:
    """``注意力`` is ``注意`` and ``意力``; a single character stands alone."""
    return [run[at : at + 2] for at in range(len(run) - 1)] or [run]


def beginning(word: str) -> re.Pattern[str]:
    """Finds the word where a word begins: ``attention`` in ``self-attention``, ``net`` not in ``magnet``."""
    return re.compile(rf"(?<![^\W_{_HAN}]){re.escape(word)}")
