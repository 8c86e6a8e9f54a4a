"""No finding in English on a Chinese page: its sentences stand in ``graders``, which knows nothing of catalogues."""

from __future__ import annotations

from pathlib import Path

import compile_messages

from graders.findings import SENTENCES

PARTS = Path(__file__).resolve().parents[3] / "locale" / "parts"


def test_every_sentence_of_the_graders_is_translated() -> None:
    entries = compile_messages.read(PARTS / "findings.zh-hans.po")
    known = {entry.texts["msgid"] for entry in entries}
    assert set(SENTENCES.values()) <= known
