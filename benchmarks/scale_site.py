"""A site with many submissions, and what is measured on it. Import it once Django is set up."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, timedelta
from functools import partial

from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from benchmarks.multiplying import ago, hurry, multiply, settle, text
from courses.accounts.models import User
from courses.authoring.models import Release
from courses.catalog.models import Chapter, Course, Exercise
from courses.cohorts.models import Cohort, Enrollment, Role
from courses.exercises.models import Grade, Submission
from tests.courses.conftest import GOOD, SPEC, make_exercise, report
from workers.pools import access, dispatch, jobs, positions
from workers.pools.models import Job, JobState, Lane, Worker, WorkerPool

EXERCISES, WAITING, RUNNING = 20, 50, 8
COHORT = 50  #: as many as have handed in at the smallest size: one submission of each exercise
EACH = 20  #: submissions of a student, one of each exercise


class Site:
    """Rows as a site of this many submissions has them."""

    def __init__(self, submissions: int) -> None:
        began = time.monotonic()
        self._now = timezone.now()
        self._moment = self._now.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")
        hurry()
        with transaction.atomic():
            self._course = _course()
            node, _password = access.make("bench", pool="cpu")
            self._pool = node.pool
            far = self._now + timedelta(days=1)
            facts = {"slots": RUNNING + 4, "rung": "bench", "first_seen": self._now, "last_seen": far}
            self._worker = Worker.objects.create(node=node, name="b" * 16, **facts)
            self._students(max(COHORT, submissions // EACH))
        with transaction.atomic():
            self._submissions(submissions)
        self._open_jobs()
        settle()
        self.seconds = time.monotonic() - began

    def _students(self, count: int) -> None:
        """The first fifty are the cohort that is looked at; the others learn at their own pace."""
        watched = Cohort.objects.create(course=self._course, slug="autumn")
        others = Cohort.default_for(self._course)
        self._count = count
        User.objects.create(username="student", password="!")
        multiply(User, count, {"username": f"'student-' || {text('i')}"})
        self.student = User.objects.get(pk=1)
        Enrollment.objects.create(course=self._course, user=self.student, cohort=watched)
        cohort = f"CASE WHEN i < {COHORT} THEN {watched.pk} ELSE {others.pk} END"
        multiply(Enrollment, count, {"user_id": "i + 1", "cohort_id": cohort})
        self.teacher = User.objects.create(username="teacher", password="!")
        Enrollment.objects.create(course=self._course, user=self.teacher, cohort=others, role=Role.INSTRUCTOR)
        self.admin = User.objects.create(username="admin", password="!", is_staff=True, is_superuser=True)

    def _submissions(self, count: int) -> None:
        """One of each exercise by each student in turn; one ended every five seconds, the last of them just now."""
        for number in range(EXERCISES):
            self._template(number)
        user, exercise = f"i / {EACH} % {self._count} + 1", f"i % {EXERCISES}"
        ended = f"({count} - i) * 5"
        took = {"created": 9, "sent": 3, "started": 2, "ended": 0}
        job_times = {name: ago(self._moment, f"{ended} + {more}") for name, more in took.items()}
        token, account = f"'t' || {text('i')}", f"'user:' || {text(user)}"
        owner = f"'submission:' || {text('i + 1')}"
        multiply(Job, count, {"token": token, "account": account, "owner": owner, **job_times}, every=exercise)
        mine = {"user_id": user, "job_id": "i + 1", "number": f"1 + i / {EACH * self._count}"}
        times = {name: job_times[name] for name in ("created", "ended")}
        multiply(Submission, count, {**mine, **times}, every=exercise)
        graded = min(count, EACH * self._count)
        multiply(Grade, graded, {"user_id": user, "submission_id": "i + 1"}, every=exercise)

    def _template(self, number: int) -> None:
        """What all submissions of one exercise have in common."""
        found = report().to_dict()
        job = Job.objects.create(
            kind="submission",
            owner=f"submission:{number}",
            account="user:1",
            pool=self._pool,
            lane=Lane.SUBMIT,
            state=JobState.DONE,
            bundle="b" * 64,
            files=GOOD,
            tests="hidden",
            work=f"{self._course.pk}/{_slug(number)}/hidden",
            worker=self._worker,
            try_number=1,
            report=found,
            ended=self._now,
        )
        whose = {"user_id": self.student.pk, "course": self._course, "exercise": _slug(number)}
        scores = {"score": 4.0, "max_score": 10.0}
        given = {"files": GOOD, "bundle": "b" * 64, "number": 1, "outcome": "graded", "report": found}
        submission = Submission.objects.create(**whose, **scores, **given, job=job, ended=self._now)
        Grade.objects.create(**whose, **scores, submission=submission)

    def _open_jobs(self) -> None:
        """What waits and what runs, the same at each size: students of the cohort, one job each."""
        for number in range(WAITING + RUNNING):
            with transaction.atomic():
                job = jobs.enqueue(
                    kind="submission",
                    owner="",
                    account=f"user:{number + 1}",
                    pool="cpu",
                    lane="submit",
                    bundle="b" * 64,
                    files=GOOD,
                    tests="hidden",
                    work=f"{self._course.pk}/{_slug(number)}/hidden",
                )
            if number < RUNNING:
                running = {"state": JobState.RUNNING, "worker": self._worker, "sent": self._now, "started": self._now}
                Job.objects.filter(pk=job.pk).update(**running, lease_until=self._now + timedelta(days=1))
        self._last = job

    def things(self) -> dict[str, Callable[[], object]]:
        """What people and the dispatcher do most, by its name."""
        pool = WorkerPool.objects.get(pk=self._pool.pk)
        slug, result = _slug(0), Submission.objects.filter(user=self.student).latest("pk")
        pages = {
            "workbench page": (self.student, f"/courses/models/exercises/{slug}/"),
            "result page": (self.student, f"/submissions/{result.pk}/"),
            "earlier submissions": (self.student, f"/courses/models/exercises/{slug}/submissions/"),
            "gradebook of a cohort of 50": (self.teacher, "/courses/models/gradebook/?cohort=autumn"),
            "pools page": (self.admin, "/pools/"),
            "page of a pool": (self.admin, "/pools/cpu/"),
            "home page": (self.student, "/"),
        }
        found: dict[str, Callable[[], object]] = {
            "dispatch of one job": partial(self._dispatch, pool),
            "position and interval of a job": partial(positions.position, self._last),
        }
        for name, (user, path) in pages.items():
            client = Client()
            client.force_login(user)
            found[name] = partial(_get, client, path)
        return found

    def _dispatch(self, pool: WorkerPool) -> None:
        """One job given out; what was claimed goes back, so that the next round finds the same queue."""
        WorkerPool.objects.filter(pk=pool.pk).update(slots=RUNNING + 1, clocks={})
        (claim,) = dispatch.claim(pool, at=self._now)
        Job.objects.filter(pk=claim.job).update(state=JobState.QUEUED, lease_until=None, worker=None)


def _course() -> Course:
    course = Course.objects.create(slug="models", title={"en": "Models"}, summary={"en": ""}, languages=["en"])
    release = Release.objects.create(course=course, number=1, digest="0" * 64, course_texts={})
    course.current_release = release
    course.save(update_fields=["current_release"])
    text = {"title": "Attention", "summary": "", "minutes": 5, "prerequisites": [], "segments": [], "toc": []}
    Chapter.objects.create(release=release, slug="attention", position=1, texts={"en": text})
    for number in range(EXERCISES):
        make_exercise(course, slug=_slug(number))
    assert Exercise.objects.filter(spec__mode=SPEC["mode"]).count() == EXERCISES
    return course


def _slug(number: int) -> str:
    return f"exercise-{number % EXERCISES}"


def _get(client: Client, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 200, f"{path}: {response.status_code}"


def queries_of(work: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as captured:
        work()
    return len(captured)


def milliseconds_of(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000
