"""The one owner of drafts: kept between visits, and never overwritten by an older tab."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.accounts.models import User
from courses.catalog.models import Course, Exercise
from courses.exercises.files import FilesRefused, clean_draft
from courses.exercises.models import Draft
from courses.exercises.terms import Terms


class DraftConflict(Exception):
    """Another tab or machine has saved since: its text is in ``current``, and nothing was overwritten."""

    def __init__(self, current: Draft) -> None:
        super().__init__(f"the draft is at version {current.version}")
        self.current = current


def draft_of(user: User, course: Course, exercise: Exercise) -> Draft:
    """The saved draft, or a fresh one (version 0, not in the database) with the starter in it."""
    saved = Draft.objects.filter(user=user, course=course, exercise=exercise.slug).first()
    return saved or Draft(user=user, course=course, exercise=exercise.slug, files=dict(exercise.starter))


def save_draft(user: User, *, course: Course, exercise: Exercise, files: Mapping[str, object], version: int) -> Draft:
    """Keep a text that was written on top of ``version``.

    Raises:
        FilesRefused: a file is not the exercise's, not text, or too large.
        DraftConflict: the saved draft is another version.
    """
    clean = clean_draft(files, declared=Terms.of(exercise).files)
    if not clean:
        raise FilesRefused(_("There is no text to keep."))
    with transaction.atomic():
        draft, _created = Draft.objects.get_or_create(user=user, course=course, exercise=exercise.slug)
        unchanged = Draft.objects.filter(pk=draft.pk, version=version)
        if unchanged.update(files=clean, version=F("version") + 1, updated=timezone.now()) != 1:
            raise DraftConflict(draft)
    draft.refresh_from_db()
    return draft
