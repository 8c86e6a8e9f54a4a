"""What was done stays written: neither the model nor the database lets anybody change or delete a line."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client

from courses.accounts.models import User
from workers.audit import trail, triggers
from workers.audit.models import AppendOnly, AuditEvent

pytestmark = pytest.mark.django_db


@pytest.fixture
def line(dave: User) -> AuditEvent:
    return trail.record(
        f"user:{dave.pk}", "pool.pause", subject="pool:cpu", details={"before": "on", "after": "paused"}
    )


@pytest.fixture
def guarded(line: AuditEvent) -> Iterator[None]:
    """The database as the migration leaves it; other tests do without, since they empty every table."""
    triggers.install(connection)
    yield
    triggers.remove(connection)


def test_a_line_says_who_did_what_to_which_subject_and_when(line: AuditEvent, dave: User) -> None:
    assert (line.actor, line.actor_name) == (f"user:{dave.pk}", "dave")
    assert (line.action, line.subject) == ("pool.pause", "pool:cpu")
    assert line.details == {"before": "on", "after": "paused"}
    dave.delete()
    assert AuditEvent.objects.get().actor_name == "dave", "the line outlives the account"


def test_who_is_no_account_is_told_of_in_words(db: None) -> None:
    assert trail.record("the dispatcher", "node.quarantine", subject="node:anna").actor_name == "the dispatcher"
    assert trail.record("user:999", "node.release", subject="node:anna").actor_name == "user:999"


def test_the_model_refuses_to_change_or_delete(line: AuditEvent) -> None:
    line.actor_name = "alice"
    for attempt in (line.save, line.delete, AuditEvent.objects.all().delete):
        with pytest.raises(AppendOnly):
            attempt()
    with pytest.raises(AppendOnly):
        AuditEvent.objects.update(actor_name="alice")
    with pytest.raises(AppendOnly), transaction.atomic():
        AuditEvent.objects.bulk_update([line], ["actor_name"])
    assert AuditEvent.objects.get().actor_name == "dave"


@pytest.mark.parametrize(
    "statement", [f"UPDATE {triggers.TABLE} SET actor_name = 'alice'", f"DELETE FROM {triggers.TABLE}"]
)
def test_the_database_refuses_as_well(guarded: None, statement: str) -> None:
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert AuditEvent.objects.get().actor_name == "dave"
    trail.record("the dispatcher", "pool.resume", subject="pool:cpu")


def test_the_admin_shows_the_lines_and_offers_no_change(client: Client, dave: User, line: AuditEvent) -> None:
    User.objects.filter(pk=dave.pk).update(is_superuser=True)
    client.force_login(dave)
    assert "pool.pause" in client.get("/django-admin/audit/auditevent/").content.decode()
    assert client.get("/django-admin/audit/auditevent/add/").status_code == 403
    assert client.post(f"/django-admin/audit/auditevent/{line.pk}/delete/", {"post": "yes"}).status_code == 403
