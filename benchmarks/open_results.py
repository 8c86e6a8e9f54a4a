"""Submissions that run, of one student, for ``benchmarks.open_pages``. Import it once Django is set up."""

from __future__ import annotations

from django.utils import timezone

from courses.accounts.models import ApiToken, User
from courses.catalog.models import Course
from courses.cohorts.enrolling import enroll
from courses.exercises.models import Submission
from tests.courses.conftest import GOOD
from workers.pools.models import Job, JobState, Lane, WorkerPool


def open_results(count: int) -> tuple[list[int], list[int], str]:
    """The submissions, their jobs, and a token of their student's."""
    student = User.objects.create_user("student", "student@example.org", "!")
    course = Course.objects.create(slug="models", title={"en": "Models"}, summary={"en": ""}, languages=["en"])
    enroll(student, course)
    pool, _made = WorkerPool.objects.get_or_create(name="cpu")
    facts = {"pool": pool, "lane": Lane.SUBMIT, "state": JobState.RUNNING, "files": GOOD, "tests": "hidden"}
    jobs = [
        Job.objects.create(kind="submission", owner="", account="", started=timezone.now(), **facts)
        for _ in range(count)
    ]
    submissions = [
        Submission.objects.create(
            user=student, course=course, exercise="softmax", number=number, files=GOOD, job=job, max_score=10.0
        )
        for number, job in enumerate(jobs, start=1)
    ]
    _row, token = ApiToken.objects.issue(user=student, name="bench")
    return [submission.pk for submission in submissions], [job.pk for job in jobs], token
