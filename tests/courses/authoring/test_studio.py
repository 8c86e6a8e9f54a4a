"""The studio: carol uploads a course, looks at it, publishes it, goes back; nobody else gets in."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from courses.accounts.models import User
from courses.authoring.models import Release
from courses.authoring.publish import prepare, publish
from courses.authoring.studio.difference import Change, difference
from courses.catalog.models import Course
from courses.cohorts.enrolling import enroll
from courses.cohorts.models import Enrollment, Role
from tests.courses.authoring.sample import FILES, write_course
from workers.audit.models import AuditEvent

Files = Mapping[str, str | bytes]
QUIZ, SPEC = "01-start/quizzes/start.yaml", "01-start/exercises/addition/exercise.yaml"


@pytest.fixture
def sums(tmp_path: Path, carol: User) -> Course:
    course = publish(write_course(tmp_path), by=None).course
    enroll(carol, course, role=Role.INSTRUCTOR)
    return course


def packed(files: Files, *, top: str = "sums/") -> SimpleUploadedFile:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in files.items():
            archive.writestr(f"{top}{name}", content)
    return SimpleUploadedFile("sums.zip", out.getvalue())


def changed(**texts: str) -> dict[str, str]:
    return {**FILES, **texts}


def test_an_upload_is_looked_at_before_anybody_sees_it(client: Client, sums: Course, carol: User) -> None:
    client.force_login(carol)
    quiz = FILES[QUIZ].replace("answer: 9098", "answer: 9098\n    unit: kg")
    files = changed(**{"02-next/chapter.en.md": FILES["02-next/chapter.en.md"] + "\nTwo words.\n", QUIZ: quiz})
    response = client.post("/studio/upload/", {"archive": packed(files)})
    assert response.headers["Location"] == "/studio/sums/2/"
    page = client.get("/studio/sums/2/").content.decode()
    assert "en: 2 words added, 0 removed" in page
    assert "Two words." in client.get("/studio/sums/2/chapters/next/").content.decode()
    assert "<code>9098 kg</code></p>" in client.get("/studio/sums/2/chapters/start/").content.decode()
    assert "Two words." not in client.get("/courses/sums/chapters/next/").content.decode()
    client.post("/studio/sums/2/publish/")
    assert "Two words." in client.get("/courses/sums/chapters/next/").content.decode()
    client.post("/studio/sums/1/publish/")
    assert "Two words." not in client.get("/courses/sums/chapters/next/").content.decode()
    assert "current" in client.get("/studio/sums/").content.decode()
    lines = AuditEvent.objects.about("course:sums").values_list("actor_name", "details__number")
    assert list(lines) == [("carol", 1), ("carol", 2), ("the command line", 1)]


def test_a_broken_course_is_told_with_all_its_mistakes_and_changes_nothing(
    client: Client, sums: Course, carol: User
) -> None:
    client.force_login(carol)
    broken = changed(**{QUIZ: FILES[QUIZ].replace("9098", "many"), "01-start/chapter.en.md": "no front matter"})
    response = client.post("/studio/upload/", {"archive": packed(broken)})
    page = response.content.decode()
    assert response.status_code == 400
    assert f"{QUIZ}:23" in page
    assert "01-start/chapter.en.md:1" in page
    assert Release.objects.count() == 1


def test_the_preview_shows_keys_to_those_who_teach(client: Client, sums: Course, carol: User) -> None:
    client.force_login(carol)
    page = client.get("/studio/sums/1/chapters/start/").content.decode()
    for wanted in ("9098", "WHY-ONE", "WHY-SUM", "(1, 28, 28)"):
        assert wanted in page, wanted
    exercise = client.get("/studio/sums/1/exercises/addition/").content.decode()
    assert "return a + b" in exercise


def test_a_prepared_release_can_be_discarded_and_a_published_one_cannot(
    client: Client, sums: Course, carol: User, tmp_path: Path
) -> None:
    client.force_login(carol)
    prepare(write_course(tmp_path, changes={"faq.en.md": "## New?\n\nYes.\n"}), by=carol)
    assert client.post("/studio/sums/2/discard/").status_code == 302
    client.post("/studio/sums/1/discard/")
    assert list(Release.objects.values_list("number", flat=True)) == [1]


def test_whoever_uploads_a_new_course_teaches_it(client: Client, sums: Course, carol: User) -> None:
    client.force_login(carol)
    response = client.post("/studio/upload/", {"archive": packed(FILES, top="more-sums/")})
    assert response.headers["Location"] == "/studio/more-sums/1/"
    assert Enrollment.objects.get(course__slug="more-sums").role == Role.INSTRUCTOR
    assert client.get("/courses/more-sums/").status_code == 404
    assert client.get("/studio/more-sums/1/").status_code == 200


PATHS = ["/studio/", "/studio/sums/", "/studio/sums/1/", "/studio/sums/1/chapters/start/"]


@pytest.mark.parametrize("role", [None, Role.STUDENT, Role.ASSISTANT])
def test_to_everybody_else_the_studio_does_not_exist(
    client: Client, sums: Course, alice: User, role: Role | None
) -> None:
    if role is not None:
        enroll(alice, sums, role=role)
    client.force_login(alice)
    for path in [*PATHS, "/studio/sums/1/exercises/addition/"]:
        assert client.get(path).status_code == 404, path
    for path in ("/studio/upload/", "/studio/sums/1/publish/", "/studio/sums/1/discard/"):
        assert client.post(path, {"archive": packed(FILES)}).status_code == 404, path
    assert Client().get("/studio/").status_code == 302


def test_nobody_takes_over_the_course_of_another(client: Client, sums: Course, bob: User, tmp_path: Path) -> None:
    own = publish(write_course(tmp_path / "bobs", changes={}).rename(tmp_path / "bobs-sums"), by=None).course
    enroll(bob, own, role=Role.INSTRUCTOR)
    client.force_login(bob)
    response = client.post("/studio/upload/", {"archive": packed(FILES)})
    assert response.status_code == 400
    assert "you do not teach it" in response.content.decode()
    assert client.get("/studio/sums/1/").status_code == 404


def link() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        entry = zipfile.ZipInfo("sums/course.yaml")
        entry.external_attr = 0o120777 << 16
        archive.writestr(entry, "/etc/passwd")
    return out.getvalue()


@pytest.mark.parametrize(
    ("archive", "wanted"),
    [
        (SimpleUploadedFile("sums.zip", b"not a zip"), "not a zip archive"),
        (SimpleUploadedFile("sums.zip", b""), "not a zip archive"),
        (packed({}), "archive is empty"),
        (packed({"../evil": "x"}), "no plain file inside the course"),
        (packed({"/etc/evil": "x"}, top=""), "no plain file inside the course"),
        (packed({"a\\b": "x"}), "no plain file inside the course"),
        (SimpleUploadedFile("sums.zip", link()), "no plain file inside the course"),
        (packed(FILES, top="Not A Slug/"), "small letters, digits and hyphens"),
    ],
)
def test_a_strange_archive_is_refused_with_a_reason(
    client: Client, sums: Course, carol: User, archive: SimpleUploadedFile, wanted: str
) -> None:
    client.force_login(carol)
    archive.seek(0)
    response = client.post("/studio/upload/", {"archive": archive})
    assert response.status_code == 400
    assert wanted in response.content.decode()


def test_no_file_at_all_is_asked_for(client: Client, sums: Course, carol: User) -> None:
    client.force_login(carol)
    assert "Choose a file first" in client.post("/studio/upload/").content.decode()


def told(changes: list[Change]) -> dict[str, tuple[str, list[str]]]:
    return {change.title: (change.kind, change.notes) for change in changes}


def test_the_difference_names_what_students_will_notice(sums: Course, tmp_path: Path) -> None:
    spec = FILES[SPEC].replace("points: 2", "points: 3") + "attempts: 5\n"
    changes = {
        "course.yaml": FILES["course.yaml"].replace("0.7", "0.5"),
        QUIZ: FILES[QUIZ].replace("id: even", "id: odd").replace("9098", "9099"),
        SPEC: spec,
        "01-start/exercises/addition/starter.py": "def add(a, b):\n    pass\n",
        "lectures.yaml": None,
    }
    new = prepare(write_course(tmp_path, changes=changes), by=None)
    found = difference(sums.current_release, new)
    assert told(found.course) == {"Sums": ("changed", ["pass mark"])}
    assert told(found.exercises)["Addition"] == (
        "changed",
        ["points 2 → 3", "hidden test test_adds: points 2 → 3", "setting “attempts”", "starter"],
    )
    assert told(found.quizzes)["Check yourself"] == (
        "changed",
        ["question odd: new", "question even: gone", "question count: changed"],
    )
    assert {kind for kind, _notes in told(found.library).values()} == {"removed"}
    assert found.chapters == []


def test_only_hidden_tests_changed_is_said_too(sums: Course, tmp_path: Path) -> None:
    hidden = "def test_adds(student):\n    assert student.add(2, 4) == 6\n"
    new = prepare(write_course(tmp_path, changes={"01-start/exercises/addition/test_hidden.py": hidden}), by=None)
    assert told(difference(sums.current_release, new).exercises)["Addition"][1] == ["hidden tests or data"]
