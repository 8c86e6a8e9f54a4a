"""Everybody may take along what is kept of them, and leave."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db.models import ForeignKey, ForeignObjectRel
from django.test import Client
from pytest_django.fixtures import Settings

from courses.accounts import personal
from courses.accounts.models import ApiToken, User
from courses.authoring.publish import publish
from courses.catalog.models import Course, Exercise
from courses.cohorts.models import Enrollment
from courses.competitions import joining
from courses.competitions.models import Edition, Entry, EntryFiles, Team
from courses.exercises import submitting
from courses.exercises.models import Draft, Grade, Kind, Submission
from tests.conftest import PASSWORD
from tests.courses.competitions import sample
from tests.courses.competitions.conftest import NOON, enter, scored
from tests.courses.conftest import GOOD, report
from workers.audit.models import AuditEvent
from workers.pools.models import Job, JobState

pytestmark = pytest.mark.django_db

#: Columns that name who did something for others. They stay: the account that they point at has no name any more.
WHO_DID_IT = {
    "authoring.ExerciseCheck.asked_by",
    "authoring.Release.created_by",
    "authoring.WorkingFile.changed_by",
    "certificates.Certificate.revoked_by",
    "competitions.Rescoring.by",
    "discussions.Post.hidden_by",
    "exercises.Regrade.applied_by",
    "exercises.Regrade.created_by",
    "invitations.Invitation.created_by",
    "exercises.Review.by",
    "cohorts.Extension.granted_by",
}


@pytest.fixture(autouse=True)
def _own_cache(settings: Settings) -> None:
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}


@pytest.fixture
def busy(learner: User, course: Course, exercise: Exercise, end: Callable[..., None]) -> User:
    """alice, who has a draft, a graded submission, one that waits, a Run and a token."""
    Draft.objects.create(user=learner, course=course, exercise="softmax", files={"submission.py": "# MY DRAFT\n"})
    end(submitting.submit(learner, course=course, exercise=exercise, files=GOOD))
    end(submitting.run(learner, course=course, exercise=exercise, files=GOOD), report(tests=(), output_withheld=""))
    submitting.submit(learner, course=course, exercise=exercise, files=GOOD)
    ApiToken.objects.issue(user=learner, name="laptop")
    return learner


def confirmed(client: Client) -> Client:
    client.post("/accounts/login/", {"login": "alice", "password": PASSWORD})
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return client


def test_every_table_about_people_is_somebodys_to_hand_out_and_to_forget() -> None:
    found = {
        f"{relation.related_model._meta.label}.{relation.field.name}"
        for relation in User._meta.get_fields(include_hidden=True)
        if isinstance(relation, ForeignObjectRel) and isinstance(relation.field, ForeignKey)
    }
    covered = {label for section in personal.registry for label in section.models}
    missing = {name for name in found - WHO_DID_IT if name.rsplit(".", 1)[0] not in covered}
    assert not missing, "add these tables to the own_data.py of their app, or these columns to WHO_DID_IT"


def test_the_archive_has_ones_code_and_what_one_was_told_and_nothing_hidden(client: Client, busy: User) -> None:
    assert client.get("/profile/data/archive/").headers["Location"].startswith("/accounts/login/")
    client.force_login(busy)
    assert client.get("/profile/data/archive/").headers["Location"].startswith("/accounts/reauthenticate/")
    answer = confirmed(client).get("/profile/data/archive/")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="gradus-my-data.zip"'
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        texts = {name: archive.read(name).decode() for name in archive.namelist()}
    assert texts["drafts/models/softmax/submission.py"] == "# MY DRAFT\n"
    assert texts["submissions/models/softmax/0001/submission.py"] == GOOD["submission.py"]
    assert texts["runs/models/softmax/0001/submission.py"] == GOOD["submission.py"]
    told = json.loads(texts["submissions.json"])
    assert [row["outcome"] for row in told] == ["graded", "graded", ""]
    assert told[0]["tests"][0]["title"] == "Sums to one"
    assert json.loads(texts["account.json"])["email"] == "alice@example.org"
    assert json.loads(texts["enrollments.json"])[0]["role"] == "student"
    everything = "".join(texts.values())
    assert "SECRET" not in everything
    assert "424242" not in everything
    for secret in (ApiToken.objects.get().digest, busy.password):
        assert secret not in everything


def test_deleting_asks_for_the_password_and_the_name(client: Client, busy: User) -> None:
    client.force_login(busy)
    form = {"username": "alice"}
    assert client.post("/profile/data/delete/", form).headers["Location"].startswith("/accounts/reauthenticate/")
    confirmed(client)
    answer = client.post("/profile/data/delete/", {"username": "Alice"})
    assert answer.status_code == 400
    assert "Nothing was deleted" in answer.content.decode()
    busy.refresh_from_db()
    assert busy.is_active


def test_after_deleting_nothing_of_the_person_is_left_but_how_their_work_ended(
    client: Client, busy: User, teacher: User
) -> None:
    waiting = Job.objects.get(state=JobState.QUEUED)
    answer = confirmed(client).post("/profile/data/delete/", {"username": "alice"}, follow=True)
    assert "Your account is deleted." in answer.content.decode()
    busy.refresh_from_db()
    assert (busy.is_active, busy.email, busy.first_name, busy.has_usable_password()) == (False, "", "", False)
    assert "alice" not in busy.username
    for model in (ApiToken, Draft, Enrollment):
        assert not model.objects.filter(user=busy).exists()
    assert not Submission.objects.filter(kind=Kind.RUN).exists()
    waiting.refresh_from_db()
    assert waiting.state == JobState.CANCELLED
    graded = Submission.objects.get(outcome="graded")
    assert (graded.files, graded.score) == ({}, 4)
    kept = f"{[row.report for row in Submission.objects.all()]}{list(Job.objects.values_list('files', 'report'))}"
    for gone in ("SECRET", "softmax(x", "loading"):
        assert gone not in kept
    assert Grade.objects.get(user=busy).score == 4
    assert AuditEvent.objects.get(action="account.delete").actor_name == busy.username
    assert client.get("/profile/").headers["Location"].startswith("/accounts/login/")
    assert "_auth_user_id" not in confirmed(Client()).session


def test_staff_still_open_what_is_kept(client: Client, busy: User, teacher: User) -> None:
    personal.delete_account(busy)
    client.force_login(teacher)
    page = client.get(f"/submissions/{Submission.objects.get(outcome='graded').pk}/")
    assert page.status_code == 200
    assert client.get("/courses/models/gradebook/").status_code == 200
    assert "alice" not in page.content.decode()


def test_the_only_instructor_of_a_course_gives_the_role_away_first(client: Client, teacher: User, bob: User) -> None:
    client.force_login(teacher)
    assert "only instructor of “Models”" in client.get("/profile/data/").content.decode()
    with pytest.raises(personal.CannotDelete):
        personal.delete_account(teacher)
    assert Enrollment.objects.filter(user=teacher).exists()


def test_the_only_administrator_stays(dave: User) -> None:
    User.objects.filter(pk=dave.pk).update(is_superuser=True)
    dave.refresh_from_db()
    assert personal.obstacles(dave) != []
    User.objects.create_superuser("root", "root@example.org", PASSWORD)
    assert personal.obstacles(dave) == []


def test_what_a_file_was_called_leads_nowhere_else() -> None:
    assert personal._inside("../../etc/passwd") == "etc/passwd"
    assert personal._inside("/drafts/./a") == "drafts/a"


def test_an_entry_is_handed_out_and_forgotten_but_keeps_its_score(alice: User, bob: User, tmp_path: Path) -> None:
    publish(sample.write_course(tmp_path), by=None)
    edition = Edition.objects.current().select_related("competition__course").get()
    for user in (alice, bob):
        joining.join(user, edition, accepts=True, at=NOON)
    entry = scored(enter(alice, edition, sample.right()), 0.9, 0.8)
    waiting = enter(alice, edition, sample.right(3))
    with zipfile.ZipFile(io.BytesIO(personal.archive_of(alice))) as archive:
        assert archive.read(f"entries/even-odd/{entry.pk}/predictions.csv").decode() == sample.right()
        assert [row["public_score"] for row in json.loads(archive.read("entries.json"))] == [0.9, None]
        assert "0.8" not in archive.read("entries.json").decode()
    personal.delete_account(alice)
    waiting.refresh_from_db()
    assert waiting.was_cancelled
    kept = Entry.objects.get(pk=entry.pk)
    assert (kept.user, kept.public_score, kept.private_score) == (None, 0.9, 0.8)
    assert not EntryFiles.objects.filter(entry__in=[entry, waiting]).exists()
    assert sorted(Team.objects.filter(baseline="").values_list("name", flat=True)) == ["bob", f"–{entry.team_id}"]
