"""Words that cross between what runs in a sandbox, with torch, and what proves, without it."""

from __future__ import annotations

#: What generated inputs say of a mutant.
DIFFERS, ALIKE, UNKNOWN = "differs", "alike", "unknown"
#: What a line begins with that tells a call of a visible test.
MARK = "gradus-call "
#: Findings of a test that is measured.
KEY, GAPS = "gradus-margin", "gradus-gaps"
