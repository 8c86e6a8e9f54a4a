"""Pools, nodes and jobs in Django's admin: to look, and for the few changes that no page offers."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from workers.pools import changes
from workers.pools.models import Job, Node, Worker, WorkerPool


class PoolsAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # generic for mypy only, not when it runs
    """The base of this app's pages."""


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


@admin.register(Node)
class NodeAdmin(PoolsAdmin):
    list_display = ("name", "pool", "created", "quarantined", "quarantine_reason")
    readonly_fields = ("name", "created", "quarantined", "quarantine_reason")
    actions = ["release"]

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002
        return False  # `manage.py create_node` makes one with its password

    @admin.action(description=_("Trust the nodes again"))
    def release(self, request: HttpRequest, nodes: QuerySet[Node]) -> None:
        for node in nodes.select_related("pool"):
            changes.release(node, actor=f"user:{request.user.pk}")


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
        count = sum(changes.requeue(job, actor=f"user:{request.user.pk}") for job in given_up)
        self.message_user(request, _("%d jobs are queued again.") % count)
