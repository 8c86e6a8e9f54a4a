"""A cohort's deadline can be moved for everybody at once, from the page of a pool in the night before it."""

from __future__ import annotations

from datetime import timedelta

from django.test import Client
from django.utils import timezone

from courses.accounts.models import User
from courses.catalog.models import Course, Exercise
from courses.cohorts.models import Cohort, Enrollment, ExerciseDates
from courses.exercises import submitting
from tests.courses.conftest import GOOD
from workers.pools import changes
from workers.pools.models import Job, WorkerPool


def test_what_is_due_at_one_moment_is_moved_with_the_jobs_that_hurry_for_it(
    learner: User, course: Course, exercise: Exercise
) -> None:
    cohort = Enrollment.objects.get(user=learner).cohort
    due, until = timezone.now() + timedelta(hours=2), timezone.now() + timedelta(hours=26)
    ExerciseDates.objects.create(cohort=cohort, exercise=exercise.slug, due=due)
    ExerciseDates.objects.create(cohort=cohort, exercise="another", due=due + timedelta(days=7))
    elsewhere = Cohort.objects.create(course=course, slug="elsewhere")
    ExerciseDates.objects.create(cohort=elsewhere, exercise=exercise.slug, due=due)
    submitting.submit(learner, course=course, exercise=exercise, files=GOOD)
    job = Job.objects.get()
    assert (job.due, job.group) == (due, f"cohort:{cohort.pk}")
    pool = WorkerPool.objects.get()
    assert changes.extend(pool, job.group, due, until, actor="user:1") == 1
    job.refresh_from_db()
    assert job.due == until
    assert set(ExerciseDates.objects.values_list("due", flat=True)) == {due, until, due + timedelta(days=7)}
    assert changes.extend(pool, job.group, until, due, actor="user:1") == 0, "nothing is ever due earlier"
    assert changes.extend(pool, "team:1", until, until + timedelta(days=1), actor="user:1") == 0


def test_the_forecast_of_a_pool_calls_a_cohort_by_its_name(
    client: Client, dave: User, learner: User, course: Course, exercise: Exercise
) -> None:
    cohort = Enrollment.objects.get(user=learner).cohort
    Cohort.objects.filter(pk=cohort.pk).update(title="Autumn <2026>")
    due = timezone.now() + timedelta(hours=2)
    ExerciseDates.objects.create(cohort=cohort, exercise=exercise.slug, due=due)
    submitting.submit(learner, course=course, exercise=exercise, files=GOOD)
    client.force_login(dave)
    called = f"{course.title_text}: Autumn &lt;2026&gt;"
    forecast = client.get("/pools/cpu/forecast/", headers={"HX-Request": "true"}).content.decode()
    assert called in forecast
    assert "cohort:" not in forecast
    assert f">{called}: " in client.get("/pools/cpu/extend/").content.decode()
