"""Making alike what people type in many ways: full-width signs, every kind of minus, spaces."""

from __future__ import annotations

import unicodedata

_MINUS = str.maketrans(dict.fromkeys("−–—‒﹣", "-"))


def narrow(text: str) -> str:
    """Full-width letters, digits and signs as narrow ones, and every minus as a hyphen."""
    return unicodedata.normalize("NFKC", text).translate(_MINUS)
