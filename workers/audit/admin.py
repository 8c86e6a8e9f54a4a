"""The audit trail in Django's admin: to look only."""

from __future__ import annotations

from django.contrib import admin
from django.contrib.admin import ModelAdmin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from workers.audit import words
from workers.audit.models import AuditEvent


class What(admin.SimpleListFilter):
    """Lines by what was done, in words; only what has been done is offered."""

    title = _("what")
    parameter_name = "action"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin[AuditEvent]) -> list[tuple[str, str]]:  # noqa: ARG002
        codes = AuditEvent.objects.order_by("action").values_list("action", flat=True).distinct()
        return [(code, f"{words.kind(code)}: {words.worded(code)}") for code in codes]

    def queryset(self, request: HttpRequest, queryset: QuerySet[AuditEvent]) -> QuerySet[AuditEvent]:  # noqa: ARG002
        return queryset.filter(action=self.value()) if self.value() else queryset


@admin.register(AuditEvent)
class AuditEventAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # generic for mypy only, not when it runs
    list_display = ("at", "who", "subject", "what", "told")
    list_filter = (What,)
    fields = ("at", "who", "actor", "subject", "what", "told", "action", "details")
    readonly_fields = ("who", "what", "told")
    search_fields = ("actor_name", "subject")
    date_hierarchy = "at"

    @admin.display(description=_("who"), ordering="actor_name")
    def who(self, line: AuditEvent) -> str:
        return words.who(line.actor_name)

    @admin.display(description=_("what"), ordering="action")
    def what(self, line: AuditEvent) -> str:
        return words.worded(line.action)

    @admin.display(description=_("details"))
    def told(self, line: AuditEvent) -> str:
        return words.told(line.details)

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002 (Django's names)
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:  # noqa: ARG002
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:  # noqa: ARG002
        return False
