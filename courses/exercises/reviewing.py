"""The one owner of what persons say of submissions: their points and comments, each save with its line in the audit
trail."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from courses.accounts.models import User
from courses.catalog.models import Exercise
from courses.exercises.models import Review, Submission
from courses.exercises.recording import settle
from courses.exercises.terms import ManualTerms, Terms
from workers.audit import trail
from workers.audit.trail import PERSON


@dataclass(frozen=True, kw_only=True)
class Mark:
    """What a person says of one part."""

    points: float | None = None  #: None: the part still waits
    comment: str = ""


@dataclass(frozen=True, kw_only=True)
class Said:
    """What a person says of a whole submission."""

    parts: Mapping[str, Mark]
    comment: str = ""

    @property
    def given(self) -> float | None:
        """The points given so far; None where no part has any."""
        points = [mark.points for mark in self.parts.values() if mark.points is not None]
        return round(sum(points), 6) if points else None


class ReviewConflict(Exception):
    """Somebody else has saved since this was opened. Nothing was overwritten."""

    def __init__(self, current: Review) -> None:
        super().__init__("somebody else has saved since")
        self.current = current


def parts_of(submission: Submission) -> dict[str, ManualTerms]:
    """What a person grades of a submission, as the current release has it; nothing where it has no such exercise."""
    exercise = Exercise.objects.filter(release__current_of=submission.course_id, slug=submission.exercise).first()
    return dict(Terms.of(exercise).manual) if exercise else {}


def said_in(review: Review | None) -> Said:
    """What a review says; nothing where there is none."""
    if review is None:
        return Said(parts={})
    return Said(parts={name: Mark(**mark) for name, mark in review.parts.items()}, comment=review.comment)


def save_review(submission: Submission, said: Said, *, version: int, by: User) -> Review:
    """Keep what a person says, and work out the student's points that count.

    Args:
        said: points lie between 0 and what the part is worth; parts that the exercise no longer has are left out.
        version: of the review that the person had before them; 0: there was none.

    Raises:
        ReviewConflict: somebody else has saved in between, and said something else.
    """
    parts = parts_of(submission)
    said = Said(parts={name: said.parts.get(name, Mark()) for name in parts}, comment=said.comment)
    written: dict[str, Any] = {
        "parts": {name: asdict(mark) for name, mark in said.parts.items()},
        "comment": said.comment,
    }
    with transaction.atomic():
        review, _created = Review.objects.select_for_update().get_or_create(submission=submission)
        before = said_in(review)
        if before == said and review.version:
            return review
        if review.version != version:
            raise ReviewConflict(review)
        review.parts, review.comment = written["parts"], said.comment
        review.version, review.by = version + 1, by
        review.save(update_fields=["parts", "comment", "version", "by", "updated"])
        complete = bool(parts) and all(mark.points is not None for mark in said.parts.values())
        marked = timezone.now() if complete else None
        worth = sum(part.points for part in parts.values()) or submission.manual_max
        Submission.objects.filter(pk=submission.pk).update(manual_points=said.given, marked=marked, manual_max=worth)
        settle(submission.user, submission.course, submission.exercise)
        _write_down(submission, before, said, by=by)
    return review


def _write_down(submission: Submission, before: Said, after: Said, *, by: User) -> None:
    """Points before and after; comments are between two people and stay out of the trail."""
    details = {
        "student": submission.user.username,
        "exercise": submission.exercise,
        "number": submission.number,
        "before": before.given,
        "after": after.given,
        "comments": sum(bool(mark.comment) for mark in after.parts.values()) + bool(after.comment),
    }
    subject = f"submission:{submission.pk}"
    trail.record(f"{PERSON}{by.pk}", "submission.review", subject=subject, details=details)
