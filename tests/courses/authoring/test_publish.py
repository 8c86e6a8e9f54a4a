"""Publishing: a release or nothing at all; the same again is no new one; going back is choosing an earlier one."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from courses.accounts.models import User
from courses.authoring.models import Release, ReleaseFile, SourceFile
from courses.authoring.publish import CourseInvalid, publish, roll_back
from courses.catalog.models import Chapter, Course, Exercise
from courses.library.models import Entry
from courses.quizzes.models import Quiz
from tests.courses.authoring.sample import FILES, write_course
from workers.pools.models import Bundle

pytestmark = pytest.mark.django_db


def test_a_folder_becomes_the_current_release(tmp_path: Path, carol: User) -> None:
    release = publish(write_course(tmp_path), by=carol)
    course = Course.objects.get(slug="sums")
    assert course.current_release == release
    assert (release.number, release.created_by) == (1, carol)
    assert (course.title["zh-hans"], course.languages, course.pass_mark) == ("求和", ["en", "zh-hans"], 0.7)
    assert list(release.chapters.values_list("slug", "position")) == [("start", 1), ("next", 2)]
    assert Chapter.objects.get(slug="next").texts["en"]["prerequisites"] == ["start"]
    assert Quiz.objects.get().spec[2]["answer"] == 9098
    assert Entry.objects.count() == 3


def test_an_exercise_is_stored_with_the_bundle_that_grades_it(tmp_path: Path) -> None:
    publish(write_course(tmp_path), by=None)
    exercise = Exercise.objects.get()
    assert (exercise.slug, exercise.points, exercise.pool, exercise.position) == ("addition", 2, "cpu", 1)
    assert exercise.starter == {"submission.py": "def add(a, b): ...\n"}
    assert "a + b" in exercise.solution["submission.py"]
    assert exercise.statement["en"] == "<p>Write <code>add</code>.</p>"
    assert exercise.spec["tests"][0]["name"] == "test_adds"
    assert exercise.spec["limits"]["memory_mb"] == 2048
    bundle = Bundle.objects.get(digest=exercise.bundle)
    names = zipfile.ZipFile(io.BytesIO(bytes(bundle.content))).namelist()
    assert names == ["exercise.yaml", "test_hidden.py", "test_visible.py"]


def test_links_lead_to_pages_of_the_site(tmp_path: Path) -> None:
    publish(write_course(tmp_path), by=None)
    text = str(Chapter.objects.get(slug="start").texts["en"])
    assert 'href="/courses/sums/chapters/next/#more"' in text
    assert 'src="/courses/sums/files/' in text


def test_the_same_content_again_is_no_new_release(tmp_path: Path) -> None:
    folder = write_course(tmp_path)
    first = publish(folder, by=None)
    (folder / "course.yaml").touch()
    assert publish(folder, by=None) == first
    assert Release.objects.count() == 1


def test_a_change_is_a_new_release_that_shares_what_did_not_change(tmp_path: Path) -> None:
    folder = write_course(tmp_path)
    first = publish(folder, by=None)
    files = SourceFile.objects.count()
    (folder / "faq.en.md").write_text("## New?\n\nYes.\n")
    second = publish(folder, by=None)
    assert (second.number, second.is_current) == (2, True)
    assert SourceFile.objects.count() == files + 1
    assert first.chapters.count() == 2  # an earlier release stays whole


def test_a_broken_folder_leaves_the_running_release_untouched(tmp_path: Path, client: Client) -> None:
    folder = write_course(tmp_path)
    first = publish(folder, by=None)
    (folder / "01-start/chapter.en.md").write_text("no front matter $\\bad$")
    (folder / "01-start/exercises/addition/exercise.yaml").write_text("points: x\n")
    with pytest.raises(CourseInvalid) as caught:
        publish(folder, by=None)
    assert len(caught.value.problems) >= 5
    assert Course.objects.get().current_release == first
    assert Release.objects.count() == 1
    assert client.get("/courses/sums/chapters/start/").status_code == 200


def test_nothing_is_left_of_a_publishing_that_fails_half_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = publish(write_course(tmp_path), by=None)
    tests = "def test_adds(student):\n    assert student.add(2, 4) == 6\n"
    changes = {"faq.en.md": "## New?\n\nYes.\n", "01-start/exercises/addition/test_hidden.py": tests}
    monkeypatch.setattr("workers.pools.bundles.MAX_BYTES", 10)
    with pytest.raises(ValueError, match="bytes are more than"):
        publish(write_course(tmp_path, changes=dict(changes)), by=None)
    assert Course.objects.get().current_release == first
    assert Release.objects.count() == 1
    assert not ReleaseFile.objects.exclude(release=first).exists()


def test_rolling_back_brings_back_everything_of_the_earlier_release(tmp_path: Path, client: Client) -> None:
    folder = write_course(tmp_path)
    publish(folder, by=None)
    (folder / "course.yaml").write_text(FILES["course.yaml"].replace("Sums", "Totals"))
    (folder / "02-next/chapter.en.md").write_text(FILES["02-next/chapter.en.md"].replace("The next", "The last"))
    publish(folder, by=None)
    assert b"Totals" in client.get("/courses/sums/").content
    roll_back(Course.objects.get(), 1)
    page = client.get("/courses/sums/").content
    assert b"Totals" not in page
    assert b"The next" in page
    with pytest.raises(Release.DoesNotExist):
        roll_back(Course.objects.get(), 9)


def test_publishing_an_earlier_content_makes_that_release_current(tmp_path: Path) -> None:
    first = publish(write_course(tmp_path), by=None)
    publish(write_course(tmp_path, changes={"faq.en.md": "## New?\n\nYes.\n"}), by=None)
    assert publish(write_course(tmp_path), by=None) == first
    assert Course.objects.get().current_release == first


def test_the_command_prints_every_mistake_and_fails(tmp_path: Path) -> None:
    folder = write_course(tmp_path, changes={"faq.zh-hans.md": None, "02-next/chapter.en.md": None})
    errors = io.StringIO()
    with pytest.raises(CommandError, match="3 mistakes; nothing was published"):
        call_command("publish", str(folder), stderr=errors)
    assert f"{folder}/faq.zh-hans.md:0: the FAQ in zh-hans is missing" in errors.getvalue()
    assert not Course.objects.exists()


def test_the_commands_publish_and_roll_back(tmp_path: Path) -> None:
    folder, output = write_course(tmp_path), io.StringIO()
    call_command("publish", str(folder), stdout=output)
    call_command("rollback", "sums", "1", stdout=output)
    assert output.getvalue() == "sums: release 1 is current\n" * 2
    with pytest.raises(CommandError, match="has no release 7; releases: 1"):
        call_command("rollback", "sums", "7")
    with pytest.raises(CommandError, match="there is no course other; courses: sums"):
        call_command("rollback", "other", "1")
    with pytest.raises(CommandError, match="is no folder"):
        call_command("publish", str(folder / "nowhere"))
