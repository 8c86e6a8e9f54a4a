"""What is still to be done on a new site, told on the home page to those who can: a course, a machine, students.

Nothing is kept: each step is looked at anew, and the guide is gone once all are done.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from courses.accounts.models import User
from courses.catalog.models import Course
from courses.cohorts.models import Enrollment, Role
from workers.pools import queue
from workers.pools.clock import database_now
from workers.pools.models import WorkerPool


@dataclass(frozen=True, kw_only=True)
class FirstStep:
    """One thing that a site needs before anybody can learn on it."""

    title: str
    text: str
    done: bool
    url: str  #: where it is done
    action: str


def first_steps(user: User) -> list[FirstStep]:
    """The steps in their order, done or not; none at all for those who could not do them, or once all are done."""
    taught = list(Enrollment.objects.filter(user=user, role=Role.INSTRUCTOR).values_list("course__slug", flat=True))
    steps = []
    if user.is_staff or taught:
        steps.append(_course())
    if user.is_staff:
        steps.append(_machine())
    if user.is_staff or taught:
        steps.append(_students([] if user.is_staff else taught))
    return [] if all(step.done for step in steps) else steps


def _course() -> FirstStep:
    return FirstStep(
        title=_("Publish a course"),
        text=_(
            "A course is a folder of Markdown, YAML and pytest files. "
            "The studio takes it as a zip and names its mistakes."
        ),
        done=Course.objects.published().exists(),
        url=reverse("studio:overview"),
        action=_("Open the studio"),
    )


def _machine() -> FirstStep:
    now = database_now()
    pools = list(WorkerPool.objects.order_by("pk"))
    first = pools[0].name if pools else ""
    return FirstStep(
        title=_("Connect a machine that grades"),
        text=_("One command with a code that holds once. Until then, what is handed in waits, and costs nothing."),
        done=any(queue.alive(pool, at=now).exists() for pool in pools),
        url=reverse("joining:add", args=[first]) if first else reverse("pools:list"),
        action=_("Get the command"),
    )


def _students(courses: list[str]) -> FirstStep:
    """Of the named courses, or of any where none is named."""
    learning = Enrollment.objects.filter(role=Role.STUDENT)
    if courses:
        learning = learning.filter(course__slug__in=courses)
    first = courses[0] if courses else Course.objects.published().values_list("slug", flat=True).first()
    return FirstStep(
        title=_("Let students in"),
        text=_("They sign up and enroll by themselves; a class with dates of its own takes a list of them."),
        done=learning.exists(),
        url=reverse("cohorts:class", args=[first]) if first else reverse("catalog:course-list"),
        action=_("Open the class"),
    )
