"""A certificate says what is true, to everybody who has its address, until it is revoked."""

from __future__ import annotations

import io
import zipfile

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from courses.accounts.models import User
from courses.accounts.personal import archive_of, delete_account
from courses.catalog.models import ChapterProgress, Course
from courses.certificates import issuing
from courses.certificates.models import Certificate
from workers.audit.models import AuditEvent

pytestmark = pytest.mark.django_db
GET = "/courses/models/certificate/"


@pytest.fixture
def graduate(learner: User, course: Course) -> User:
    ChapterProgress.objects.create(user=learner, course=course, chapter="attention", done_at=timezone.now())
    return learner


@pytest.fixture
def certificate(graduate: User, course: Course) -> Certificate:
    return issuing.issue(graduate, course, name="Alice Liddell")


def test_before_the_course_is_done_it_says_what_is_missing(client: Client, learner: User, course: Course) -> None:
    client.force_login(learner)
    assert "Attention</a>" in client.get(GET).content.decode()
    answer = client.post(GET, {})
    assert answer.status_code == 400
    assert "not done yet" in answer.content.decode()
    assert not Certificate.objects.exists()


def test_the_name_stands_there_only_by_consent(client: Client, graduate: User) -> None:
    User.objects.filter(pk=graduate.pk).update(first_name="Alice", last_name="Liddell")
    client.force_login(graduate)
    assert 'value="Alice Liddell"' in client.get(GET).content.decode()
    assert "Get your certificate" in client.get("/courses/models/").content.decode()
    where = client.post(GET, {"name": "Alice Liddell"}).headers["Location"]
    page = Client().get(where).content.decode()
    assert "The holder of this certificate" in page
    for personal in ("Liddell", "alice", "example.org"):
        assert personal not in page
    assert 'name="robots" content="noindex"' in page


def test_anybody_can_verify_it_in_their_language(certificate: Certificate) -> None:
    page = Client().get(certificate.get_absolute_url()).content.decode()
    for stated in ("Alice Liddell", "Models", "genuine and valid", certificate.code, "testserver/certificates/"):
        assert stated in page
    page = Client().get(certificate.get_absolute_url(), headers={"Accept-Language": "zh-hans"}).content.decode()
    assert "模型" in page
    assert "真实有效" in page
    assert Client().get(certificate.get_absolute_url().lower()).status_code == 200
    assert Client().get("/certificates/AAAAA-AAAAA-AAAAA-AAAAA/").status_code == 404


def test_it_is_issued_once_and_the_trail_knows(client: Client, certificate: Certificate, graduate: User) -> None:
    client.force_login(graduate)
    assert client.get(GET).headers["Location"] == certificate.get_absolute_url()
    assert client.post(GET, {}).headers["Location"] == certificate.get_absolute_url()
    assert AuditEvent.objects.get(action="certificate.issue").subject == f"certificate:{certificate.code}"


@pytest.mark.parametrize(
    "forged",
    [
        {"name": "Mallory"},
        {
            "statement": {
                "course": {"en": "Medicine"},
                "chapters": 1,
                "exercises": 0,
                "release": 1,
                "finished": "2026-01-01",
            }
        },
        {"signature": "0" * 64},
    ],
)
def test_a_row_that_was_changed_by_hand_is_not_genuine(
    client: Client, certificate: Certificate, forged: dict[str, object]
) -> None:
    Certificate.objects.filter(pk=certificate.pk).update(**forged)
    page = client.get(certificate.get_absolute_url()).content.decode()
    assert "not genuine" in page
    for stated in ("Mallory", "Medicine", "genuine and valid", "has completed"):
        assert stated not in page


def test_it_outlives_a_change_of_the_sites_key(certificate: Certificate, settings: Settings) -> None:
    old, settings.SECRET_KEY = settings.SECRET_KEY, "n" * 50
    assert not issuing.is_genuine(certificate)
    settings.SECRET_KEY_FALLBACKS = [old]
    assert issuing.is_genuine(certificate)


def test_its_holder_takes_it_back_and_gets_another(client: Client, certificate: Certificate, graduate: User) -> None:
    client.force_login(graduate)
    where = certificate.get_absolute_url()
    client.post(f"{where}revoke/", {})
    page = Client().get(where).content.decode()
    assert "no longer valid" in page
    assert "Liddell" not in page
    again = client.post(GET, {}).headers["Location"]
    assert again != where
    assert "genuine and valid" in Client().get(again).content.decode()


def test_an_instructor_revokes_it_for_good(
    client: Client, certificate: Certificate, graduate: User, teacher: User, course: Course
) -> None:
    client.force_login(teacher)
    client.post(f"{certificate.get_absolute_url()}revoke/", {"reason": "It was handed in by somebody else."})
    assert "handed in by somebody else" in Client().get(certificate.get_absolute_url()).content.decode()
    assert AuditEvent.objects.get(action="certificate.revoke").actor_name == "carol"
    with pytest.raises(issuing.CannotIssue, match="revoked"):
        issuing.issue(graduate, course, name="")


def test_strangers_revoke_nothing(client: Client, certificate: Certificate, bob: User) -> None:
    client.force_login(bob)
    assert client.post(f"{certificate.get_absolute_url()}revoke/", {}).status_code == 404
    assert Certificate.objects.valid().exists()


def test_it_goes_with_the_account(certificate: Certificate, graduate: User) -> None:
    with zipfile.ZipFile(io.BytesIO(archive_of(graduate))) as archive:
        assert certificate.code in archive.read("certificates.json").decode()
    delete_account(graduate)
    assert Client().get(certificate.get_absolute_url()).status_code == 404
