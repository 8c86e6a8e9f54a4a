"""Who may do what in a course: all predicates, and the permissions made of them.

``rules`` finds this module by its name.
"""

from __future__ import annotations

import rules

from courses.accounts import two_factor
from courses.accounts.models import User
from courses.catalog.models import Course
from courses.catalog.reading import Reader
from courses.cohorts.models import STAFF_ROLES, Enrollment, Role


def role_in(user: Reader, course: Course | None) -> str | None:
    """The user's role in a course, or None where they are not in it."""
    if course is None or not isinstance(user, User):
        return None
    rows = Enrollment.objects.filter(user=user, course=course).order_by()  # by no name: that would join the accounts
    return next(iter(rows.values_list("role", flat=True)[:1]), None)


def is_staff_of_course(user: Reader, course: Course | None) -> bool:
    return role_in(user, course) in STAFF_ROLES


def is_instructor(user: Reader, course: Course | None) -> bool:
    return role_in(user, course) == Role.INSTRUCTOR


def is_superuser(user: Reader) -> bool:
    return isinstance(user, User) and user.is_active and user.is_superuser


def is_administrator(user: Reader) -> bool:
    return isinstance(user, User) and user.is_active and user.is_staff


def staff_roles_of(user: Reader) -> frozenset[str]:
    """The roles in which somebody teaches, whatever the course."""
    if not isinstance(user, User) or not user.is_active:
        return frozenset()
    roles = Enrollment.objects.filter(user=user, role__in=STAFF_ROLES).order_by()
    return frozenset(roles.values_list("role", flat=True))


def teaches_somewhere(user: Reader) -> bool:
    return Role.INSTRUCTOR in staff_roles_of(user)


STAFF = rules.predicate(is_staff_of_course) | rules.predicate(is_superuser)

INSTRUCTOR = rules.predicate(is_instructor) | rules.predicate(is_superuser)

rules.add_perm("cohorts.publish_course", INSTRUCTOR)
rules.add_perm("cohorts.manage_cohorts", INSTRUCTOR)
rules.add_perm("cohorts.regrade", INSTRUCTOR)
rules.add_perm("cohorts.view_gradebook", STAFF)
rules.add_perm("cohorts.view_full_reports", STAFF)
rules.add_perm("cohorts.view_pools", rules.predicate(is_administrator))
rules.add_perm(two_factor.NEEDS, rules.predicate(is_administrator) | rules.predicate(teaches_somewhere))
