"""Competitions: what a release says of one, who takes part, what they hand in, and how it was scored.

A ``Competition`` outlives the releases of its course, an ``Edition`` belongs to one. Two columns of scores are kept
apart: ``public_score`` is what was told, rounded, and may be shown; ``private_score`` is read by ``standings`` and
``showing`` alone, which know whether its time has come.
"""

from courses.competitions.models.contests import Competition, Edition, EditionQuerySet
from courses.competitions.models.entries import Entry, EntryFiles, EntryQuerySet, EntryState
from courses.competitions.models.rescorings import Rescored, Rescoring
from courses.competitions.models.teams import Invitation, Participant, Team, TeamQuerySet

__all__ = [
    "Competition",
    "Edition",
    "EditionQuerySet",
    "Entry",
    "EntryFiles",
    "EntryQuerySet",
    "EntryState",
    "Invitation",
    "Participant",
    "Rescored",
    "Rescoring",
    "Team",
    "TeamQuerySet",
]
