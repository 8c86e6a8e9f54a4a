"""What a competition refuses, in sentences for people; pages show them, the API answers with them."""

from __future__ import annotations

from courses.exercises.submitting import SubmittingRefused


class CompetitionRefused(SubmittingRefused):
    """The rules of the competition forbid it now. Nothing was spent."""


class EntryRefused(CompetitionRefused):
    """What was handed in cannot be scored; the message names row and remedy. Nothing was spent."""

    status = 400


class EntryTooLarge(EntryRefused):
    status = 413
