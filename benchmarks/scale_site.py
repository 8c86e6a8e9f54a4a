"""A site with many submissions, and what is measured on it. Import it once Django is set up."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import islice

from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from courses.accounts.models import User
from courses.authoring.models import Release
from courses.catalog.models import Chapter, Course, Exercise
from courses.cohorts.models import Cohort, Enrollment, Role
from courses.exercises.models import Grade, Submission
from tests.courses.conftest import GOOD, SPEC, make_exercise, report
from workers.pools import access, dispatch, jobs, positions
from workers.pools.models import Job, JobState, Lane, Worker, WorkerPool

EXERCISES, COHORT, WAITING, RUNNING = 20, 100, 50, 8
EACH = 20  #: submissions of a student, one of each exercise
BATCH = 5_000
ROUNDS = 15


class Site:
    """Rows as a site of this many submissions has them."""

    def __init__(self, submissions: int) -> None:
        began = time.monotonic()
        self._now = timezone.now()
        self._report = report().to_dict()
        with transaction.atomic():
            self._course = _course()
            node, _password = access.make("bench", pool="cpu")
            self._pool = node.pool
            far = self._now + timedelta(days=1)
            facts = {"slots": RUNNING + 4, "rung": "bench", "first_seen": self._now, "last_seen": far}
            self._worker = Worker.objects.create(node=node, name="b" * 16, **facts)
            self._students(max(COHORT, submissions // EACH))
        _in_batches(Job, self._jobs(submissions))
        first = Job.objects.order_by("pk").values_list("pk", flat=True)[0]
        _in_batches(Submission, self._submissions(submissions, first))
        _in_batches(Grade, self._grades(submissions))
        self._open_jobs()
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        self.seconds = time.monotonic() - began

    def _students(self, count: int) -> None:
        """The first hundred are the cohort that is looked at; the others learn at their own pace."""
        watched = Cohort.objects.create(course=self._course, slug="autumn")
        others = Cohort.default_for(self._course)
        users = User.objects.bulk_create(
            (User(username=f"student-{number}", password="!") for number in range(count)), batch_size=BATCH
        )
        self._users = [user.pk for user in users]
        rows = (
            Enrollment(course=self._course, user_id=pk, cohort=watched if place < COHORT else others)
            for place, pk in enumerate(self._users)
        )
        Enrollment.objects.bulk_create(rows, batch_size=BATCH)
        self.student = users[0]
        self.teacher = User.objects.create(username="teacher", password="!")
        Enrollment.objects.create(course=self._course, user=self.teacher, cohort=others, role=Role.INSTRUCTOR)
        self.admin = User.objects.create(username="admin", password="!", is_staff=True, is_superuser=True)

    def _jobs(self, count: int) -> Iterator[Job]:
        for number in range(count):
            ended = self._ended(count - number)
            yield Job(
                kind="submission",
                owner=f"submission:{number}",
                account=f"user:{self._user(number)}",
                pool=self._pool,
                lane=Lane.SUBMIT,
                state=JobState.DONE,
                bundle="b" * 64,
                files=GOOD,
                tests="hidden",
                work=f"{self._course.pk}/{_slug(number)}/hidden",
                token=f"{number:032x}",
                worker=self._worker,
                try_number=1,
                report=self._report,
                sent=ended - timedelta(seconds=3),
                started=ended - timedelta(seconds=2),
                ended=ended,
            )

    def _submissions(self, count: int, first_job: int) -> Iterator[Submission]:
        for number in range(count):
            yield Submission(
                user_id=self._user(number),
                course=self._course,
                exercise=_slug(number),
                number=1 + number // (EACH * len(self._users)),
                files=GOOD,
                bundle="b" * 64,
                job_id=first_job + number,
                ended=self._ended(count - number),
                outcome="graded",
                score=4.0,
                max_score=10.0,
                report=self._report,
            )

    def _grades(self, count: int) -> Iterator[Grade]:
        for number in range(min(count, EACH * len(self._users))):
            yield Grade(
                user_id=self._user(number), course=self._course, exercise=_slug(number), score=4.0, max_score=10.0
            )

    def _open_jobs(self) -> None:
        """What waits and what runs, the same at each size: students of the cohort, one job each."""
        for number in range(WAITING + RUNNING):
            with transaction.atomic():
                job = jobs.enqueue(
                    kind="submission",
                    owner="",
                    account=f"user:{self._users[number]}",
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

    def _user(self, number: int) -> int:
        return self._users[number // EACH % len(self._users)]

    def _ended(self, ago: int) -> datetime:
        """One submission ended every five seconds."""
        return self._now - timedelta(seconds=5 * ago)

    def measure(self) -> dict[str, tuple[int, float]]:
        """Queries and median milliseconds of each thing, by its name."""
        pool = WorkerPool.objects.get(pk=self._pool.pk)
        slug, result = _slug(0), Submission.objects.filter(user=self.student).latest("pk")
        pages = {
            "workbench page": (self.student, f"/courses/models/exercises/{slug}/"),
            "result page": (self.student, f"/submissions/{result.pk}/"),
            "earlier submissions": (self.student, f"/courses/models/exercises/{slug}/submissions/"),
            "gradebook of a cohort of 100": (self.teacher, "/courses/models/gradebook/?cohort=autumn"),
            "pools page": (self.admin, "/pools/"),
            "home page": (self.student, "/"),
        }
        found = {
            "dispatch of one job": _measure(lambda: self._dispatch(pool)),
            "position and interval of a job": _measure(lambda: positions.position(self._last)),
        }
        for name, (user, path) in pages.items():
            client = Client()
            client.force_login(user)
            found[name] = _measure(lambda client=client, path=path: _get(client, path))  # type: ignore[misc]  # defaults bind the loop's values
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


def _in_batches(model: type, rows: Iterator[object]) -> None:
    while batch := list(islice(rows, BATCH)):
        model._default_manager.bulk_create(batch)  # type: ignore[attr-defined]  # of every model


def _get(client: Client, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 200, f"{path}: {response.status_code}"


def _measure(work: Callable[[], object]) -> tuple[int, float]:
    with CaptureQueriesContext(connection) as captured:
        work()
    queries, taken = len(captured), []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        work()
        taken.append((time.perf_counter() - began) * 1000)
    return queries, statistics.median(taken)
