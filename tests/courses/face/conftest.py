"""Pages in Chinese need the compiled catalogue; a test must not depend on who compiled it last."""

from __future__ import annotations

import compile_messages
import pytest
from django.utils.translation import trans_real

from tests.courses.face.messages_of_pages import ROOT


@pytest.fixture(scope="session", autouse=True)
def _chinese() -> None:
    compile_messages.compile_language(ROOT / "locale", "zh-hans")
    trans_real._translations.clear()  # type: ignore[attr-defined]  # private, and the only way to have it read again
