"""Nobody sees a private score early: in no page, no reply of the API, no export, no event, no job, whoever asks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse

from courses.accounts.models import ApiToken, User
from courses.authoring.publish import publish
from courses.cohorts.enrolling import enroll
from courses.cohorts.models import Role
from courses.competitions import joining, standings, urls
from courses.competitions.models import Edition, Entry, Team
from tests.courses.competitions.conftest import current, enter, scored
from tests.courses.competitions.sample import SPEC, right, write_course
from workers.audit.models import AuditEvent
from workers.pools.models import Job

SECRETS = ("0.61803", "0.57721", "0.41421")
NOW = datetime.now(UTC)


def spec_around(now: datetime) -> str:
    """The sample, running now."""
    begins, ends, merge = (f"{now + timedelta(hours=hours):%Y-%m-%d %H:%M}" for hours in (-24, 24, 5))
    spec = re.sub(r"starts: \S+ \S+, ends: \S+ \S+,", f"starts: {begins}, ends: {ends},", SPEC)
    return spec.replace("2027-03-04 00:00", merge).replace("Asia/Shanghai", "UTC")


@pytest.fixture
def running(alice: User, bob: User, carol: User, tmp_path: Path) -> Edition:
    publish(write_course(tmp_path, spec=spec_around(NOW)), by=None)
    edition = current("even-odd")
    enroll(carol, edition.competition.course, role=Role.INSTRUCTOR)
    for user, wrong, secret in ((alice, 3, SECRETS[0]), (bob, 4, SECRETS[1])):
        joining.join(user, edition, accepts=True, at=NOW)
        scored(enter(user, edition, right(wrong), at=NOW), 0.9 - wrong / 10, float(secret))
    scored(Entry.objects.get(user=None), 0.5, float(SECRETS[2]))
    return edition


def addresses(edition: Edition) -> Iterator[str]:
    """Every page of the app that can be read, with every board and format that can be asked for."""
    entry, team = Entry.objects.filter(user__isnull=False).first(), Team.objects.first()
    assert entry is not None and team is not None
    for pattern in urls.urlpatterns:
        assert isinstance(pattern, URLPattern)
        taken = {"slug": edition.competition.slug, "pk": entry.pk, "name": "predictions.csv"}
        if "teams" in str(pattern.pattern):
            taken["pk"] = team.pk
        names = pattern.pattern.regex.groupindex
        address = reverse(f"competitions:{pattern.name}", kwargs={name: taken[name] for name in names})
        yield address
        for query in ("board=private", "board=public", "board=private&format=csv", "format=csv", "fragment=1"):
            yield f"{address}?{query}"
    for path in ("", "/entries", f"/entries/{entry.pk}", "/leaderboard", "/leaderboard?board=private", "/team",
                 "/leaderboard?board=private&format=csv", "/leaderboard?format=csv"):  # fmt: skip
        yield f"/api/v1/competitions/{edition.competition.slug}{path}"
    yield from ("/api/v1/competitions", "/pools/", "/pools/cpu/", "/")


def body(client: Client, address: str, token: str) -> str:
    headers = {"Authorization": f"Bearer {token}"} if address.startswith("/api/") else {}
    answer = client.get(address, headers=headers)
    assert answer.status_code in (200, 302, 403, 404, 405), (address, answer.status_code)
    return answer.getvalue().decode(errors="replace") + str(answer.headers)


def test_nothing_that_can_be_asked_for_tells_a_private_score(
    running: Edition, alice: User, bob: User, carol: User, dave: User
) -> None:
    dave.is_superuser = True
    dave.save(update_fields=["is_superuser"])
    readers = [(user, ApiToken.objects.issue(user=user, name="x")[1]) for user in (alice, bob, carol, dave)]
    asked = 0
    for user, token in readers:
        client = Client()
        client.force_login(user)
        for address in addresses(running):
            shown = body(client, address, token)
            assert not [secret for secret in SECRETS if secret[1:] in shown], (user, address)
            asked += 1
    assert asked > 400
    kept = str(list(Job.objects.values_list("report", flat=True))) + str(list(AuditEvent.objects.values()))
    assert not [secret for secret in SECRETS if secret in kept]
    assert not Team.objects.exclude(private_score=None, private_key=None, private_rank=None).exists()


def test_once_it_is_over_everybody_sees_the_board_and_their_own(running: Edition, alice: User, bob: User) -> None:
    assert standings.reveal_if_due(current("even-odd"), at=NOW + timedelta(days=2))
    token = ApiToken.objects.issue(user=alice, name="x")[1]
    client = Client()
    client.force_login(alice)
    page = body(client, "/competitions/even-odd/leaderboard/", token)
    assert all(secret in page for secret in SECRETS)
    own = body(client, "/competitions/even-odd/entries/", token)
    assert SECRETS[0] in own and SECRETS[1] not in own
    theirs = Entry.objects.get(user=bob)
    assert client.get(f"/competitions/even-odd/entries/{theirs.pk}/").status_code == 404
    assert SECRETS[0] in body(client, "/api/v1/competitions/even-odd/leaderboard?board=private", token)


def test_hidden_files_have_no_address(running: Edition, alice: User) -> None:
    client = Client()
    client.force_login(alice)
    for name in ("../hidden/labels.csv", "labels.csv", "hidden/labels.csv", "test.csv/../../hidden/labels.csv"):
        assert client.get(f"/competitions/even-odd/data/{name}").status_code == 404, name
    assert client.get("/competitions/even-odd/data/test.csv").status_code == 200
    assert not [view for view in get_resolver().reverse_dict if view == "labels"]


def test_the_organisers_pages_do_not_exist_for_others(running: Edition, alice: User, carol: User) -> None:
    client = Client()
    for user, status in ((alice, 404), (carol, 200)):
        client.force_login(user)
        for part in ("", "entries.csv", "rescore/"):
            assert client.get(f"/competitions/even-odd/organise/{part}").status_code == status


def test_exports_hold_no_formulas(running: Edition, alice: User, carol: User) -> None:
    joining.rename(Team.objects.get(members__user=alice), name='=HYPERLINK("http://x","y")')
    client = Client()
    client.force_login(carol)
    for address in ("/competitions/even-odd/leaderboard/?format=csv", "/competitions/even-odd/organise/entries.csv"):
        shown = body(client, address, "")
        assert "'=HYPERLINK" in shown and ',"=HYPERLINK' not in shown and "\n=HYPERLINK" not in shown
