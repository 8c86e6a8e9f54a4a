"""Each change of a pool, a node or a job leaves its line, and a change that fails leaves none."""

from __future__ import annotations

import pytest
from django.db import transaction
from django.test import Client

from courses.accounts.models import User
from tests.workers.conftest import broker, running_broker
from workers.audit.models import AuditEvent
from workers.pools import access, changes
from workers.pools.faults import said

__all__ = ["broker", "running_broker"]  # fixtures
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("broker")]


def lines() -> list[tuple[str, str, str]]:
    return list(AuditEvent.objects.order_by("id").values_list("actor_name", "action", "subject"))


def test_changes_at_a_persons_word_leave_a_line_each(dave: User) -> None:
    node, _password = access.make("anna", pool="cpu")
    actor = f"user:{dave.pk}"
    changes.pause(node.pool, actor=actor)
    changes.pause(node.pool, actor=actor)
    changes.change_slots(node, 3, actor=actor)
    changes.quarantine(node, said("it fails all"), actor="the dispatcher")
    told = [("dave", "pool.pause", "pool:cpu"), ("dave", "node.change_slots", "node:anna")]
    assert lines() == [*told, ("the dispatcher", "node.quarantine", "node:anna")], "none for what was so already"
    assert AuditEvent.objects.about("node:anna")[1].details == {"before": None, "after": 3}


def test_a_change_that_is_rolled_back_leaves_none(dave: User) -> None:
    node, _password = access.make("anna", pool="cpu")
    with pytest.raises(RuntimeError), transaction.atomic():
        changes.pause(node.pool, actor=f"user:{dave.pk}")
        raise RuntimeError
    assert lines() == []


def test_what_is_changed_in_djangos_admin_leaves_a_line_as_well(client: Client, dave: User) -> None:
    User.objects.filter(pk=dave.pk).update(is_superuser=True)
    client.force_login(dave)
    node, _password = access.make("anna", pool="cpu")
    page = f"/django-admin/pools/workerpool/{node.pool_id}/change/"
    form = client.get(page).context["adminform"].form
    given = {name: form[name].value() for name in form.fields if form[name].value() is not None}
    given |= {"runtimes": "[]", "title": "The processors"}
    assert client.post(page, given).status_code == 302
    client.post(f"/django-admin/pools/node/{node.pk}/delete/", {"post": "yes"})
    assert lines() == [("dave", "pool.edit", "pool:cpu"), ("dave", "node.delete", "node:anna")]
    assert AuditEvent.objects.about("pool:cpu")[0].details["title"] == "The processors"
