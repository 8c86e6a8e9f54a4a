"""A course's files in the studio: carol changes them, sees what comes of it, and overwrites nobody."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from courses.accounts.models import User
from courses.authoring.models import WorkingFile
from courses.authoring.publish import publish
from courses.catalog.models import Course
from courses.cohorts.enrolling import enroll
from courses.cohorts.models import Role
from tests.courses.authoring.sample import FILES, write_course

CHAPTER = "02-next/chapter.en.md"
EDIT = f"/studio/sums/edit/{CHAPTER}"


@pytest.fixture
def sums(tmp_path: Path, carol: User) -> Course:
    course = publish(write_course(tmp_path), by=None).course
    enroll(carol, course, role=Role.INSTRUCTOR)
    return course


@pytest.fixture
def desk(client: Client, carol: User, sums: Course) -> Client:
    client.force_login(carol)
    return client


def opened(client: Client, address: str = EDIT) -> str:
    """The digest that the editor's form carries."""
    return str(client.get(address).context["over"])


def test_a_saved_text_becomes_a_release_and_students_see_nothing_before(desk: Client, sums: Course) -> None:
    text = FILES[CHAPTER] + "\nWritten in the studio.\n"
    assert desk.post(EDIT, {"text": text.replace("\n", "\r\n"), "over": opened(desk)}).status_code == 302
    assert "Written in the studio." in desk.get(EDIT).content.decode()
    assert "changed" in desk.get("/studio/sums/files/").content.decode()
    assert "Written in the studio." not in desk.get("/courses/sums/chapters/next/").content.decode()
    made = desk.post("/studio/sums/files/prepare/")
    assert made.headers["Location"] == "/studio/sums/2/"
    assert not WorkingFile.objects.exists()
    desk.post("/studio/sums/2/publish/")
    assert "Written in the studio." in desk.get("/courses/sums/chapters/next/").content.decode()


def test_who_saves_over_a_newer_text_is_refused_and_sees_both(desk: Client, sums: Course) -> None:
    before = opened(desk)
    desk.post(EDIT, {"text": FILES[CHAPTER] + "\nOf the colleague.\n", "over": before})
    refused = desk.post(EDIT, {"text": FILES[CHAPTER] + "\nOf carol.\n", "over": before})
    page = refused.content.decode()
    assert refused.status_code == 409
    assert "Of the colleague." in page
    assert "Of carol." in page
    assert b"Of the colleague." in bytes(WorkingFile.objects.get().source.content)  # type: ignore[union-attr]
    again = desk.post(EDIT, {"text": FILES[CHAPTER] + "\nOf carol.\n", "over": refused.context["over"]})
    assert again.status_code == 302
    assert b"Of carol." in bytes(WorkingFile.objects.get().source.content)  # type: ignore[union-attr]


def test_a_newer_release_that_changed_the_same_file_is_not_undone_unseen(
    desk: Client, sums: Course, tmp_path: Path
) -> None:
    desk.post(EDIT, {"text": FILES[CHAPTER] + "\nOf the studio.\n", "over": opened(desk)})
    publish(write_course(tmp_path / "b", changes={CHAPTER: FILES[CHAPTER] + "\nOf the command line.\n"}), by=None)
    assert desk.post("/studio/sums/files/prepare/").status_code == 409
    page = desk.get(EDIT)
    assert "Of the command line." in page.content.decode()
    desk.post(EDIT, {"text": FILES[CHAPTER] + "\nOf both.\n", "over": page.context["over"]})
    assert desk.post("/studio/sums/files/prepare/").status_code == 302


def test_a_mistake_is_told_with_its_line_and_nothing_is_lost(desk: Client, sums: Course) -> None:
    desk.post(EDIT, {"text": FILES[CHAPTER] + "\n# Too high\n", "over": opened(desk)})
    refused = desk.post("/studio/sums/files/prepare/")
    assert refused.status_code == 400
    assert f"{CHAPTER}:" in refused.content.decode()
    assert "a heading of level 1" in refused.content.decode()
    assert WorkingFile.objects.count() == 1
    assert sums.releases.count() == 1


def test_the_preview_shows_both_languages_the_quiz_and_the_mistakes_while_typing(desk: Client, sums: Course) -> None:
    address = "/studio/sums/preview/01-start/chapter.en.md"
    text = FILES["01-start/chapter.en.md"] + "\nJust typed, [nowhere](missing.md). <script>alert(1)</script>\n"
    page = desk.post(address, {"text": text}, headers={"HX-Request": "true"}).content.decode()
    assert "Just typed" in page
    assert 'lang="zh-hans"' in page
    assert "missing.md" in page
    assert "<script>" not in page
    assert 'class="quiz"' in page
    assert not WorkingFile.objects.exists()
    quiz = FILES["01-start/quizzes/start.yaml"]
    shown = desk.post("/studio/sums/preview/01-start/quizzes/start.yaml", {"text": quiz}).content.decode()
    assert 'class="quiz"' in shown


def test_files_are_added_taken_out_and_brought_back(desk: Client, sums: Course) -> None:
    added = {"path": "02-next/plan.svg", "upload": SimpleUploadedFile("x.svg", b"<svg/>")}
    assert desk.post("/studio/sums/files/add/", added).headers["Location"] == "/studio/sums/edit/02-next/plan.svg"
    assert desk.post("/studio/sums/files/add/", {"path": CHAPTER}).status_code == 409
    for bad in ("../etc/passwd", "/etc/passwd", "a b.md", ".hidden", "01-start/chapter.en.take-away.ipynb", ""):
        assert desk.post("/studio/sums/files/add/", {"path": bad}).status_code == 400, bad
    assert desk.post(f"/studio/sums/remove/{CHAPTER}", {"over": "0" * 64}).status_code == 302
    assert desk.get(EDIT).status_code == 200, "somebody else's text is not taken out unseen"
    desk.post(f"/studio/sums/remove/{CHAPTER}", {"over": opened(desk)})
    assert desk.get(EDIT).status_code == 404
    desk.post(f"/studio/sums/undo/{CHAPTER}")
    assert desk.get(EDIT).status_code == 200


def test_to_others_the_files_do_not_exist(client: Client, sums: Course, alice: User) -> None:
    client.force_login(alice)
    for address in ("/studio/sums/files/", EDIT):
        assert client.get(address).status_code == 404
    for address in (
        EDIT,
        f"/studio/sums/preview/{CHAPTER}",
        f"/studio/sums/remove/{CHAPTER}",
        "/studio/sums/files/add/",
    ):
        assert client.post(address, {"text": "x", "path": "a.md"}).status_code == 404


def test_the_preview_and_the_checks_follow_by_themselves(desk: Client, sums: Course) -> None:
    chapter = desk.get("/courses/sums/chapters/next/").content.decode()
    for address in (EDIT, "/studio/sums/1/checks/"):  # as a chapter, whose quizzes need the same script
        assert ('name="htmx-config"' in desk.get(address).content.decode()) == ('name="htmx-config"' in chapter)
