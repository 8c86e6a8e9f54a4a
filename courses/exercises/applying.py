"""Lets what a regrade has found count, a handful of students at a time, in the platform's background worker.

Each handful is one transaction, and says of its results that they are settled: a process that ends in between loses
nothing and does nothing twice. Whether somebody gains or loses is a matter of their own submissions alone, so nobody's
grade depends on whose turn comes first.
"""

from __future__ import annotations

import logging
from collections.abc import Collection

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.accounts.models import User
from courses.exercises.changes import Change, changes_of
from courses.exercises.models import Regrade, RegradeState, ResultState, Submission
from courses.exercises.recording import settle
from courses.exercises.regrading import RegradeRefused, is_current, write_down
from workers import background
from workers.audit import trail
from workers.audit.trail import PERSON

log = logging.getLogger(__name__)

TASK = "gradus.apply_regrades"
#: Students whose grades change in one transaction, which holds the database's write lock for that long.
AT_A_TIME = 50


def ask(regrade: Regrade, *, lowering: bool, by: User) -> None:
    """Have what was found count, soon.

    Args:
        lowering: the instructor's word that grades may fall. Without it, students whose grade would fall keep theirs:
            nothing of theirs is touched.

    Raises:
        RegradeRefused: it is not ready, or a newer release has other tests.
    """
    if not is_current(regrade):
        raise RegradeRefused(_("A newer release has other tests than this regrade used. Cancel it and begin again."))
    with transaction.atomic():
        waiting = Regrade.objects.filter(pk=regrade.pk, state=RegradeState.READY)
        summary = {"raised": 0, "lowered": 0, "kept": 0, "unchanged": 0}
        wish = {"state": RegradeState.APPLYING, "lowering": lowering, "applied_by": by, "summary": summary}
        if waiting.update(**wish) != 1:
            raise RegradeRefused(_("This regrade is not ready, or somebody was faster."))
        transaction.on_commit(lambda: background.ask(TASK))


def work_off() -> int:
    """Apply whatever somebody has asked for, to its end; how many students that were. Two at once take turns."""
    done = 0
    for regrade in Regrade.objects.filter(state=RegradeState.APPLYING).order_by("pk"):
        while some := _some(regrade.pk):
            done += some
    return done


@transaction.atomic
def _some(pk: int) -> int:
    """The next handful of students of a regrade; 0 where all are settled, and it has ended."""
    regrade = Regrade.objects.select_for_update().filter(pk=pk, state=RegradeState.APPLYING).first()
    if regrade is None:
        return 0
    waiting = regrade.results.filter(settled=False).order_by("submission__user")
    users = list(waiting.values_list("submission__user", flat=True).distinct()[:AT_A_TIME])
    if users:
        _apply(regrade, users)
        regrade.results.filter(submission__user__in=users).update(settled=True)
    else:
        _end(regrade)
    return len(users)


def _apply(regrade: Regrade, users: Collection[int]) -> None:
    by, summary, applied = regrade.applied_by, dict(regrade.summary), set[int]()
    changes = changes_of(regrade, users=users)
    for change in changes:
        if change.loses and not regrade.lowering:
            summary["kept"] += 1
            continue
        summary["raised" if change.gains else "lowered" if change.loses else "unchanged"] += 1
        applied.add(change.user.pk)
    _write_results(regrade, applied)
    for change in changes:
        if change.user.pk in applied and change.matters:
            settle(change.user, regrade.course, regrade.exercise)
            _note_change(regrade, change, by=by)
    Regrade.objects.filter(pk=regrade.pk).update(summary=summary)


def _end(regrade: Regrade) -> None:
    ended = Regrade.objects.filter(pk=regrade.pk, state=RegradeState.APPLYING)
    if ended.update(state=RegradeState.APPLIED, closed=timezone.now()) == 1:
        regrade.results.update(report=None)  # what was applied stands on the submissions
        write_down(regrade, "apply", by=regrade.applied_by, lowering=regrade.lowering, **regrade.summary)


def _write_results(regrade: Regrade, users: set[int]) -> None:
    """Put what was found on the submissions of some students."""
    manual_max = float(regrade.spec["manual_max"])
    done = regrade.results.filter(state=ResultState.DONE, submission__user__in=users).select_related("submission")
    for item in done.defer("submission__files", "submission__report", "submission__results"):
        found = {
            "outcome": item.outcome,
            "score": item.score,
            "report": item.report,
            "results": item.results,
            "bundle": regrade.bundle,
            "max_score": regrade.points,
        }
        if item.submission.manual_max != manual_max:  # the release has other parts for a person: they wait for one
            found |= {"manual_max": manual_max, "marked": None}
        Submission.objects.filter(pk=item.submission_id).update(**found)


def _note_change(regrade: Regrade, change: Change, *, by: User | None) -> None:
    if not change.gains and not change.loses:
        return
    details = {
        "student": change.user.username,
        "exercise": regrade.exercise,
        "before": [change.before.score, change.before.max_score],
        "after": [change.after.score, change.after.max_score],
        "regrade": regrade.pk,
    }
    subject = f"submission:{change.after.submission.pk}"
    trail.record(_actor(by), "grade.regrade", subject=subject, details=details)


def _actor(by: User | None) -> str:
    return f"{PERSON}{by.pk}" if by is not None else "an account that is gone"
