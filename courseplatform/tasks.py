"""Background tasks of the platform. Each is safe to run twice."""

from __future__ import annotations

import logging
from datetime import timedelta

from django.contrib.sessions.models import Session
from django.utils import timezone

from courseplatform.celery import app
from courses.authoring.checking import asking, working
from courses.catalog.models import Exercise
from courses.competitions.models import Edition
from courses.competitions.standings import reveal_if_due
from courses.discussions import mailing
from courses.exercises import applying
from courses.exercises.models import Submission
from workers.pools import bundles, housekeeping

log = logging.getLogger(__name__)

#: What is not needed any more is kept for this long all the same: somebody may be looking at it, or publishing it.
GRACE = timedelta(days=1)


@app.task(name="gradus.clean_up")  # type: ignore[untyped-decorator]  # celery has no types
def clean_up() -> dict[str, int]:
    """Forget what nobody needs: sessions that are over, workers long gone, bundles that no exercise or job names."""
    now = timezone.now()
    in_use = {
        *Exercise.objects.values_list("bundle", flat=True),
        *Submission.objects.values_list("bundle", flat=True),
        *Edition.objects.values_list("bundle", flat=True),
    }
    sessions, _ = Session.objects.filter(expire_date__lt=now).delete()
    forgotten = {
        "sessions": sessions,
        "bundles": bundles.forget(stored_before=now - GRACE, in_use=in_use),
        "workers": housekeeping.forget_workers(gone_before=now - GRACE),
        "streams": housekeeping.expire_streams(),
    }
    log.info("forgot %s", forgotten)
    return forgotten


@app.task(name="gradus.reveal")  # type: ignore[untyped-decorator]  # celery has no types
def reveal() -> int:
    """Show the private boards of competitions that are over; whoever looks at one first would do it, too."""
    now = timezone.now()
    waiting = Edition.objects.current().filter(competition__revealed_at=None).select_related("competition__course")
    return sum(reveal_if_due(edition, at=now) for edition in waiting)


@app.task(name="gradus.mail_answers")  # type: ignore[untyped-decorator]  # celery has no types
def mail_answers() -> int:
    """Mail new answers to those who chose so; how many mails that were."""
    return mailing.send_due()


@app.task(name=applying.TASK)  # type: ignore[untyped-decorator]
def apply_regrades() -> int:
    """Let regrades count that instructors have applied; how many students those were about."""
    return applying.work_off()


@app.task(name=asking.TASK)  # type: ignore[untyped-decorator]
def check_exercises() -> int:
    """Check the exercises that authors have asked about; how many those were."""
    return working.work_off()
