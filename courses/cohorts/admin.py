"""Cohorts, their dates and roles in Django's admin."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import admin

from courses.cohorts.models import Cohort, Enrollment, ExerciseDates

if TYPE_CHECKING:
    DatesBase = admin.TabularInline[ExerciseDates, Cohort]
    CohortBase = admin.ModelAdmin[Cohort]
    EnrollmentBase = admin.ModelAdmin[Enrollment]
else:
    DatesBase = admin.TabularInline
    CohortBase = EnrollmentBase = admin.ModelAdmin


class DatesInline(DatesBase):
    model = ExerciseDates
    extra = 1


@admin.register(Cohort)
class CohortAdmin(CohortBase):
    list_display = ("slug", "course", "title", "late_rule")
    list_filter = ("course",)
    inlines = [DatesInline]


@admin.register(Enrollment)
class EnrollmentAdmin(EnrollmentBase):
    list_display = ("user", "course", "cohort", "role")
    list_filter = ("course", "role")
    search_fields = ("user__username", "user__email")
    autocomplete_fields = ("user",)
