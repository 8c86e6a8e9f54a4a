"""Submissions and grades in Django's admin: to look at, not to change. Grades are derived, submissions are evidence."""

from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest

from courses.exercises.models import Grade, Submission


class ReadOnlyAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # generic for mypy only, not when it runs
    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:  # noqa: ARG002 (Django's names)
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:  # noqa: ARG002
        return False


@admin.register(Submission)
class SubmissionAdmin(ReadOnlyAdmin):
    list_display = ("id", "user", "course", "exercise", "kind", "number", "outcome", "score", "max_score", "created")
    list_filter = ("course", "kind", "outcome")
    search_fields = ("user__username", "exercise")
    list_select_related = ("user", "course")


@admin.register(Grade)
class GradeAdmin(ReadOnlyAdmin):
    list_display = ("user", "course", "exercise", "score", "max_score", "updated")
    list_filter = ("course",)
    search_fields = ("user__username", "exercise")
    list_select_related = ("user", "course")
