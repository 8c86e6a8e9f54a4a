"""Works off the checks that wait, one exercise after another, in the platform's background worker."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Collection
from datetime import timedelta
from pathlib import Path

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.authoring.checking.asking import files_of
from courses.authoring.checking.queueing import KIND, CheckStopped, QueueEngine
from courses.authoring.models import CheckState, ExerciseCheck
from courses.catalog.models import Course
from graders.exercise import Exercise, ExerciseInvalid
from graders.report import Report
from graders.strength.proving import prove
from graders.strength.showing import as_dict
from workers.pools import jobs
from workers.pools.models import Job

log = logging.getLogger(__name__)

#: A check whose process has said nothing for so long has lost it, and is begun again.
SILENT = timedelta(seconds=60)
#: How many answers of an exercise are in the queue at a time.
AT_A_TIME = 4
#: What the account of a course's checks begins with.
ACCOUNT = "course:"


def register() -> None:
    """Called once, when Django is ready: who waits for a job of a check looks at the job itself."""
    jobs.register(KIND, _noted)


def _noted(_job: Job, _report: Report) -> None:
    """Nothing is kept of the single answers."""


def names(words: Collection[str]) -> dict[str, str]:
    """What the accounts of checks among ``words`` are called, in one query."""
    slugs = {word.removeprefix(ACCOUNT): word for word in words if word.startswith(ACCOUNT)}
    found = Course.objects.filter(slug__in=slugs) if slugs else ()
    return {slugs[course.slug]: _("checks of %(course)s") % {"course": course.title_text} for course in found}


def work_off() -> int:
    """Check what waits until nothing does; how many exercises that were. Only one process at a time does it."""
    done = 0
    while (check := claim()) is not None:
        _run(check)
        done += 1
    return done


@transaction.atomic
def claim() -> ExerciseCheck | None:
    now = timezone.now()
    running = Q(state=CheckState.RUNNING)
    ExerciseCheck.objects.filter(running, seen__lt=now - SILENT).update(state=CheckState.WAITING, answers=0)
    if ExerciseCheck.objects.filter(running).exists():
        return None
    first = ExerciseCheck.objects.filter(state=CheckState.WAITING).select_related("release", "course").first()
    if first is None:
        return None
    claimed = ExerciseCheck.objects.filter(pk=first.pk, state=CheckState.WAITING)
    return first if claimed.update(state=CheckState.RUNNING, seen=now, answers=0) == 1 else None


def _run(check: ExerciseCheck) -> None:
    mine = ExerciseCheck.objects.filter(pk=check.pk, state=CheckState.RUNNING)

    def wanted() -> bool:
        return mine.update(seen=timezone.now()) == 1

    def graded() -> None:
        mine.update(answers=F("answers") + 1, seen=timezone.now())

    try:
        with tempfile.TemporaryDirectory(prefix="gradus-check-") as scratch:
            exercise = _written(check, Path(scratch)).on_cpu()  # which any machine can grade
            engine = QueueEngine(
                pool=exercise.default_pool,
                account=f"{ACCOUNT}{check.course.slug}",
                owner=f"check:{check.pk}",
                wanted=wanted,
                graded=graded,
            )
            proof = as_dict(prove(exercise, engine, jobs=AT_A_TIME))
        mine.update(state=CheckState.DONE, proof=proof, ended=timezone.now())
    except CheckStopped:
        log.info("the check of %s was stopped", check)
    except (ExerciseInvalid, jobs.Refused) as error:
        mine.update(state=CheckState.FAILED, trouble=str(error), ended=timezone.now())
    except Exception:
        mine.update(state=CheckState.FAILED, trouble="", ended=timezone.now())
        raise


def _written(check: ExerciseCheck, scratch: Path) -> Exercise:
    folder = scratch / check.exercise
    for name, content in files_of(check.release, check.exercise).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return Exercise.load(folder)
