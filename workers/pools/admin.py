"""Pools, nodes and jobs in Django's admin: to look, and for the few changes that no page offers."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from workers.pools import changes
from workers.pools.faults import worded
from workers.pools.gate import actor_of
from workers.pools.models import Job, Node, Worker, WorkerPool


class PoolsAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # generic for mypy only, not when it runs
    """The base of this app's pages: a change leaves its line in the audit trail, as on the pools' own pages."""

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:  # noqa: FBT001  # Django's
        super().save_model(request, obj, form, change)
        details = {name: str(form.cleaned_data[name]) for name in form.changed_data}
        changes.tell(actor_of(request), "edit" if change else "add", obj, **details)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        changes.tell(actor_of(request), "delete", obj)
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        for row in queryset:
            self.delete_model(request, row)


class ReadOnlyAdmin(PoolsAdmin):
    """Rows that only the machinery changes."""

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:  # noqa: ARG002 (Django's names)
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:  # noqa: ARG002
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:  # noqa: ARG002
        return False


@admin.register(WorkerPool)
class WorkerPoolAdmin(PoolsAdmin):
    list_display = ("name", "title", "device", "state")
    #: These have actions of their own, on the pool's page.
    readonly_fields = ("state", "closed_lanes")


@admin.register(Node)
class NodeAdmin(PoolsAdmin):
    list_display = ("name", "pool", "created", "quarantined", "why")
    readonly_fields = ("name", "created", "quarantined", "why", "shut_out", "draining")
    exclude = ("quarantine_reason",)
    actions = ["release"]

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002
        return False  # `manage.py create_node` makes one with its password

    @admin.display(description=_("reason"))
    def why(self, node: Node) -> str:
        return worded(node.quarantine_reason)

    @admin.action(description=_("Trust the nodes again"))
    def release(self, request: HttpRequest, nodes: QuerySet[Node]) -> None:
        for node in nodes.select_related("pool"):
            changes.release(node, actor=actor_of(request))


@admin.register(Worker)
class WorkerAdmin(ReadOnlyAdmin):
    list_display = ("node", "name", "device", "rung", "slots", "first_seen", "last_seen", "gone")


@admin.register(Job)
class JobAdmin(ReadOnlyAdmin):
    list_display = ("id", "kind", "owner", "account", "pool", "lane", "state", "try_number", "created", "ended")
    list_filter = ("state", "pool", "lane", "kind")
    exclude = ("files", "token")
    actions = ["requeue"]

    @admin.action(description=_("Queue the jobs that were given up again"))
    def requeue(self, request: HttpRequest, given_up: QuerySet[Job]) -> None:
        count = sum(changes.requeue(job, actor=actor_of(request)) for job in given_up)
        self.message_user(request, _("%d jobs are queued again.") % count)
