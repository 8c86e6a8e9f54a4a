"""One visibility rule for each model."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser

from courses.accounts.models import User
from courses.catalog.models import Course
from courses.cohorts.models import Cohort, Enrollment


def test_a_student_sees_their_own_cohort_and_enrollment(learner: User, course: Course) -> None:
    Cohort.objects.create(course=course, slug="spring")
    assert [cohort.slug for cohort in Cohort.objects.visible_to(learner)] == ["self-paced"]
    assert [enrollment.user for enrollment in Enrollment.objects.visible_to(learner)] == [learner]


def test_those_who_teach_see_all_of_their_course(teacher: User, learner: User, course: Course) -> None:
    Cohort.objects.create(course=course, slug="spring")
    assert Cohort.objects.visible_to(teacher).count() == 2
    assert Enrollment.objects.visible_to(teacher).count() == 2


def test_strangers_see_nothing(learner: User, bob: User) -> None:
    for stranger in (bob, AnonymousUser()):
        assert not Cohort.objects.visible_to(stranger).exists()
        assert not Enrollment.objects.visible_to(stranger).exists()


def test_the_superuser_sees_everything(learner: User, dave: User) -> None:
    dave.is_superuser = True
    assert Enrollment.objects.visible_to(dave).count() == 1
