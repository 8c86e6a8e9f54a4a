"""A newcomer starts a chapter, on the command line or in the studio, and it can be published as it is."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client

from courses.accounts.models import User
from courses.authoring.models import WorkingFile
from courses.authoring.publish import publish
from courses.authoring.source.folder import read_course
from courses.authoring.starting import NameRefused, chapter_files
from courses.cohorts.enrolling import enroll
from courses.cohorts.models import Role
from graders.engine import Engine
from graders.exercise import Exercise
from tests.courses.authoring.sample import Urls, write_course


def test_on_the_command_line(tmp_path: Path) -> None:
    folder, said = write_course(tmp_path), io.StringIO()
    call_command("start_chapter", str(folder), "running-averages", stdout=said)
    assert f"{folder}/03-running-averages/quizzes/running-averages.yaml" in said.getvalue()
    chapter = read_course(folder, Urls()).chapters[-1]
    assert (chapter.slug, list(chapter.texts)) == ("running-averages", ["en", "zh-hans"])
    assert [len(quiz.questions) for quiz in chapter.quizzes] == [2]
    assert [exercise.graded.points for exercise in chapter.exercises] == [5]
    with pytest.raises(CommandError, match="is called `running-averages` already"):
        call_command("start_chapter", str(folder), "running-averages")
    with pytest.raises(CommandError, match=r"has no course\.yaml"):
        call_command("start_chapter", str(tmp_path), "running-averages")


def test_in_the_studio(client: Client, carol: User, tmp_path: Path) -> None:
    course = publish(write_course(tmp_path), by=None).course
    enroll(carol, course, role=Role.INSTRUCTOR)
    client.force_login(carol)
    for name in ("Averages", "../up", "start", ""):
        refused = client.post("/studio/sums/files/chapter/", {"chapter": name})
        assert refused.status_code == 400
        assert "cannot be the address of a new chapter" in refused.content.decode()
    assert not WorkingFile.objects.exists()
    begun = client.post("/studio/sums/files/chapter/", {"chapter": "running-averages"})
    assert begun.headers["Location"] == "/studio/sums/edit/03-running-averages/chapter.en.md"
    text = client.get(begun.headers["Location"]).context["text"]
    shown = client.post("/studio/sums/preview/03-running-averages/chapter.en.md", {"text": text})
    assert "<math" in shown.content.decode()
    assert client.post("/studio/sums/files/prepare/").headers["Location"] == "/studio/sums/2/"
    assert client.get("/courses/sums/chapters/running-averages/").status_code == 404
    client.post("/studio/sums/2/publish/")
    assert "Running averages" in client.get("/courses/sums/chapters/running-averages/").content.decode()


@pytest.mark.parametrize("languages", [["en"], ["zh-hans"], ["de", "en"]])
def test_in_the_languages_of_the_course(tmp_path: Path, languages: list[str]) -> None:
    files = chapter_files("averages", taken=["41-last/chapter.en.md"], languages=languages)
    assert next(iter(files)) == f"42-averages/chapter.{sorted(languages)[0]}.md"
    texts = ", ".join(f"{language}: T" for language in languages)
    about = f"title: {{{texts}}}\nsummary: {{{texts}}}\nlanguages: [{', '.join(languages)}]\n"
    for path, text in {**files, "course.yaml": about}.items():
        (tmp_path / "sums" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "sums" / path).write_text(text)
    assert list(read_course(tmp_path / "sums", Urls()).chapters[0].texts) == languages


def test_none_comes_behind_the_last_number() -> None:
    with pytest.raises(NameRefused, match="none can come behind it"):
        chapter_files("averages", taken=["999-end/chapter.en.md"], languages=["en"])


def test_its_tests_tell_right_from_wrong(tmp_path: Path) -> None:
    call_command("start_chapter", str(write_course(tmp_path)), "averages", stdout=io.StringIO())
    exercise = Exercise.load(tmp_path / "sums" / "03-averages" / "exercises" / "averages")
    answers = {path.stem: path for path in (exercise.folder / "mutants").glob("*.py")}
    answers |= {"solution": exercise.folder / "solution.py", "starter": exercise.folder / "starter.py"}
    engine = Engine()
    try:
        reports = {name: engine.grade(exercise, {"submission.py": path.read_text()}) for name, path in answers.items()}
    finally:
        engine.close()
    scores = {name: report.score for name, report in reports.items()}
    assert scores == {"solution": 5, "starter": 0, "plain": 0, "cut": 4, "in_place": 4}
