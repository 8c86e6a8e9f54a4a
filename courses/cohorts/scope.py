"""Whose work a member of staff sees: an instructor all cohorts of the course, an assistant their own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

from courses.accounts.models import User
from courses.catalog.models import Course
from courses.catalog.reading import Reader, course_or_404
from courses.cohorts.models import Cohort, Enrollment, EnrollmentQuerySet


@dataclass(frozen=True, kw_only=True)
class Scope:
    """What one page about a class is about."""

    course: Course
    cohorts: Sequence[Cohort]  #: those that this person teaches
    chosen: Cohort | None = None  #: the one that was picked; None: all of them
    instructs: bool = False  #: not an assistant

    def students(self) -> EnrollmentQuerySet:
        shown = [self.chosen] if self.chosen else self.cohorts
        return Enrollment.objects.students().filter(course=self.course, cohort__in=shown)

    def student_ids(self) -> EnrollmentQuerySet:
        """For use in a subquery."""
        return self.students().order_by().values("user")  # type: ignore[return-value]  # a queryset of dictionaries

    @property
    def query(self) -> str:
        """What a link to another page of the class adds, so that the picked cohort stays picked."""
        return f"cohort={self.chosen.slug}" if self.chosen else ""


def scope_for(user: Reader, course: Course, *, cohort: str = "") -> Scope:
    """What ``user`` sees of a course as its staff.

    Raises:
        Http404: nothing; or not the cohort that was asked for.
    """
    if not isinstance(user, User) or not user.has_perm("cohorts.view_gradebook", course):
        raise Http404(_("There is no such gradebook, or it is not yours to see."))
    cohorts = list(Cohort.objects.taught_by(user).filter(course=course).select_related("course"))
    chosen = next((each for each in cohorts if each.slug == cohort), None)
    if cohort and chosen is None:
        raise Http404(_("There is no such cohort, or it is not yours to see."))
    instructs = user.has_perm("cohorts.manage_cohorts", course)
    return Scope(course=course, cohorts=cohorts, chosen=chosen, instructs=instructs)


def scope_or_404(request: HttpRequest, course: str) -> Scope:
    """What the reader of a page sees; the cohort is picked by ``?cohort=``. To everybody else there is no such page."""
    return scope_for(request.user, course_or_404(course), cohort=request.GET.get("cohort", ""))
