"""What classes keep of a person: their place in each."""

from __future__ import annotations

from django.utils.translation import gettext as _

from courses.accounts.models import User
from courses.accounts.personal import Contents, Section
from courses.cohorts.models import Enrollment, Extension, Role


def export(user: User) -> Contents:
    extensions = Extension.objects.filter(enrollment__user=user)
    return {
        "enrollments.json": list(
            Enrollment.objects.filter(user=user).values("course__slug", "cohort__slug", "role", "created")
        ),
        "extensions.json": list(extensions.values("enrollment__course__slug", "exercise", "due", "reason", "created")),
    }


def forget(user: User) -> None:
    """They are in no class any more, and so in no gradebook."""
    Enrollment.objects.filter(user=user).delete()


def obstacles(user: User) -> list[str]:
    taught = Enrollment.objects.filter(user=user, role=Role.INSTRUCTOR).select_related("course")
    return [
        _("You are the only instructor of “%(course)s”. Give somebody else that role first.")
        % {"course": row.course.title_text}
        for row in taught
        if not Enrollment.objects.filter(course=row.course, role=Role.INSTRUCTOR).exclude(user=user).exists()
    ]


SECTION = Section(
    name="cohorts",
    models=frozenset({"cohorts.Enrollment"}),
    export=export,
    forget=forget,
    obstacles=obstacles,
)
