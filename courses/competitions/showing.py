"""What a reader may see of an entry. Private scores pass here, and on no other way to a page or the API."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from courses.competitions.boards import may_see_private
from courses.competitions.framing import Frame
from courses.competitions.models import Edition, Entry, EntryQuerySet, EntryState
from courses.exercises.showing import word_position
from courses.exercises.wording import OUTCOMES, word
from graders.report import Finding, Outcome
from workers.pools.positions import position


@dataclass(frozen=True, kw_only=True)
class ShownEntry:
    entry: Entry
    public_score: float | None
    private_score: float | None  #: None: not scored, or its time has not come
    final: bool  #: one of those that the private score is of, as things stand
    reason: str  #: why it was not scored
    position: str  #: while it waits: where it stands in the queue


def with_all(entries: EntryQuerySet) -> EntryQuerySet:
    """What showing needs, without what was handed in."""
    related = entries.select_related("job__pool", "user", "competition", "team")
    return related.defer("job__files", "job__report", "competition__split")


def show(entry: Entry, frame: Frame) -> ShownEntry:
    return _show(entry, frame, finals=_finals([entry], frame))


def show_all(entries: Iterable[Entry], frame: Frame) -> list[ShownEntry]:
    rows = list(entries)
    finals = _finals(rows, frame)
    return [_show(entry, frame, finals=finals) for entry in rows]


def _finals(entries: list[Entry], frame: Frame) -> set[int]:
    if not entries:
        return set()
    team = entries[0].team
    return {entry.pk for entry in frame.ranking.final(team.entries.counting())}


def _show(entry: Entry, frame: Frame, *, finals: set[int]) -> ShownEntry:
    private = may_see_private(frame.edition, entry.team)
    waits = entry.state == EntryState.QUEUED and entry.job is not None
    return ShownEntry(
        entry=entry,
        public_score=entry.public_score,
        private_score=entry.private_score if private else None,
        final=entry.pk in finals,
        reason=reason(entry, frame.edition),
        position=word_position(position(entry.job)) if waits and entry.job is not None else "",
    )


def reason(entry: Entry, edition: Edition) -> str:
    """Why an entry was not scored, in the reader's language."""
    if entry.ended is None or entry.public_score is not None:
        return ""
    findings = [Finding.from_dict(finding) for finding in entry.findings]
    feedback = (edition.spec["scoring"] or {}).get("feedback", {})
    sentences = [word(finding, feedback) for finding in findings]
    return (
        "\n".join(filter(None, sentences))
        or str(OUTCOMES.get(Outcome(entry.outcome), ""))
        or _("The score of this entry could not be computed.")
    )
