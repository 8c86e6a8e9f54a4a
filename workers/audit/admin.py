"""The audit trail in Django's admin: to look only."""

from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest

from workers.audit.models import AuditEvent


@admin.register(AuditEvent)
class AuditEventAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # generic for mypy only, not when it runs
    list_display = ("at", "actor_name", "action", "subject", "details")
    list_filter = ("action",)
    search_fields = ("actor_name", "subject")
    date_hierarchy = "at"

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002 (Django's names)
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:  # noqa: ARG002
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:  # noqa: ARG002
        return False
