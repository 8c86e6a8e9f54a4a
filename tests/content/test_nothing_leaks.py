"""Nothing that a student may see holds a line of the hidden tests, a hidden input or an expected value.

Starters, mutants and degenerate answers go through the real engine; what comes of them is shown as to the student who
handed them in: API, result page, workbench, archive.
"""

from __future__ import annotations

import io
import json
import os
import re
import zipfile
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.test import Client

from courses.accounts.models import ApiToken, User
from courses.authoring.publish import publish
from courses.catalog.models import Course
from courses.cohorts.enrolling import enroll
from courses.exercises import submitting
from courses.exercises.models import Submission
from graders.engine import Engine
from graders.exercise import Exercise
from graders.report import Report
from graders.strength.degenerate import degenerates_of
from tests.content import seeing
from tests.content.reading import COURSE, EXERCISES
from workers.pools import recording
from workers.pools.models import IN_FLIGHT, Job, JobState

ALL = bool(os.environ.get("GRADUS_LONG"))
_AT_A_TIME = 2  #: submissions that are graded while the pages of the last one are looked at
_LONG = 30.0  #: seconds from which on an exercise trains: its mutants are tried in the long run only
#: Words in an expression that says what should have come out.
_EXPECTED = re.compile(r"\b(expected|right_answer|reference|solution|truth|wanted)\w*")
_MODULES = [folder for folder in EXERCISES if (folder / "solution.py").exists()]


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    opened = Engine(slots=_AT_A_TIME, runtimes=("torch", "keras"))
    yield opened
    opened.close()


def answers(exercise: Exercise) -> dict[str, dict[str, str]]:
    """What students might hand in; few in the ordinary run, all in the long one."""
    degenerate = degenerates_of(exercise.solution_files())
    made = {"starter": exercise.starter()} if ALL or "nan" not in degenerate else {}
    mutants = sorted((exercise.folder / "mutants").glob("*.py"))
    quick = exercise.limits.seconds <= _LONG
    made |= {kind: files for kind, files in degenerate.items() if ALL or kind == "nan"}
    chosen = mutants if ALL else mutants[len(mutants) // 2 :][:1] if quick else []
    return made | {path.name: {exercise.files[0]: path.read_text("utf-8")} for path in chosen}


def record(submission: Submission, report: Report) -> None:
    assert submission.job_id is not None
    Job.objects.filter(pk=submission.job_id).update(state=JobState.RUNNING)
    assert recording.end(submission.job_id, state=JobState.DONE, report=report, from_states=IN_FLIGHT)
    submission.refresh_from_db()


@dataclass(frozen=True, kw_only=True)
class Student:
    """Who handed in, and looks at what came of it."""

    user: User
    course: Course
    client: Client
    token: str

    def sees(self, submission: Submission) -> dict[str, str]:
        """Everything that may be looked at, by where it is; without times, which are numbers too."""
        bearer = {"Authorization": f"Bearer {self.token}"}
        api = self.client.get(f"/api/v1/submissions/{submission.pk}", headers=bearer).json()
        for name in ("seconds", "provenance", "created"):
            api.pop(name)
        for test in api["tests"]:
            test.pop("seconds")
        address = f"/courses/{self.course.slug}/exercises/{submission.exercise}/"
        with zipfile.ZipFile(io.BytesIO(self.client.get(f"{address}archive/").content)) as archive:
            texts = [archive.read(name) for name in archive.namelist() if "/data/" not in name]
        return {
            "the API": json.dumps(api, ensure_ascii=False),
            "the result page": self.client.get(f"/submissions/{submission.pk}/").content.decode(),
            "the workbench": self.client.get(address).content.decode(),
            "the archive": b"\n".join(texts).decode("utf-8", "replace"),
        }


@dataclass(frozen=True, kw_only=True)
class Tried:
    """An answer to an exercise, and what comes of it under the tests that note what they know."""

    exercise: Exercise
    name: str
    files: dict[str, str]
    graded: Future[Report]


def tried(engine: Engine, graders: ThreadPoolExecutor, into: Path) -> Iterator[Tried]:
    """All answers to all exercises, which begin to be graded at once."""
    for folder in _MODULES:
        exercise = Exercise.load(folder)
        watched = seeing.watched(exercise, into / folder.name)
        for name, files in answers(exercise).items():
            graded = graders.submit(engine.grade, watched, files, seed=7)
            yield Tried(exercise=exercise, name=name, files=files, graded=graded)


def leaks(student: Student, trial: Tried) -> Iterator[str]:
    """What the student may read of an answer's results and should not."""
    exercise = trial.exercise
    row = student.course.current_release.exercises.get(slug=exercise.slug)  # type: ignore[union-attr]  # it has one
    submission = submitting.submit(student.user, course=student.course, exercise=row, files=trial.files)
    report, numbers = seeing.without_notes(trial.graded.result())
    record(submission, report)
    known = seeing.public_text(exercise) + "\n".join(trial.files.values())
    lines = seeing.secret_lines(exercise.hidden_test(), known)
    numbers -= seeing.digits(known) | seeing.told_by_student(report)
    where = f"{exercise.slug}, {trial.name}"
    if not lines:
        yield f"{where}: no line of the hidden tests is secret, so that the search proves nothing"
    for place, page in student.sees(submission).items():
        text = seeing.plain(page)
        yield from (f"{where}: {place} shows the line {line!r}" for line in lines if line in text)
        told = sorted(numbers & seeing.digits(text))
        yield from (f"{where}: {place} shows {number}, which only the tests know" for number in told)


@pytest.mark.timeout(1500)
def test_a_student_sees_no_secret(engine: Engine, alice: User, client: Client, tmp_path: Path) -> None:
    with ThreadPoolExecutor(_AT_A_TIME) as graders:
        trials = list(tried(engine, graders, tmp_path))
        course = publish(COURSE, by=None).course  # takes seconds, hence one test for all exercises
        enroll(alice, course)
        client.force_login(alice)
        _, token = ApiToken.objects.issue(user=alice, name="leaks")
        student = Student(user=alice, course=course, client=client, token=token)
        found = [leak for trial in trials for leak in leaks(student, trial)]
    assert found == []


@pytest.mark.parametrize("folder", EXERCISES, ids=lambda folder: folder.name)
def test_an_authors_sentence_is_filled_with_the_students_values(folder: Path) -> None:
    if (folder / "test_hidden.py").exists():
        for line, name, value in seeing.feedback_arguments((folder / "test_hidden.py").read_text("utf-8")):
            assert not _EXPECTED.search(f"{name} {value}"), f"test_hidden.py:{line}: feedback({name}={value})"


def test_the_search_finds_what_does_leak(engine: Engine, tmp_path: Path) -> None:
    """The test of the test: an author's sentence that tells the expected value and a hidden input."""
    folder = tmp_path / "leaky"
    folder.mkdir()
    (folder / "exercise.yaml").write_text(
        "title: {en: Leaky}\npoints: 1\ntests:\n  test_it:\n    points: 1\n    title: {en: It}\n"
        "    feedback: {told: {en: 'It is {value}.'}}\n",
        "utf-8",
    )
    (folder / "test_hidden.py").write_text(
        "import torch\nfrom graders.examiner import check, feedback\n\n\n"
        "def test_it(student):\n    x = torch.randn(3)\n"
        "    student.f(x)\n    feedback('told', value=x[1].item())\n    check.close(0.0, 0.123456789)\n",
        "utf-8",
    )
    watched = seeing.watched(Exercise.load(folder), tmp_path / "watched")
    files = {"submission.py": "def f(x):\n    return x\n"}
    report, numbers = seeing.without_notes(engine.grade(watched, files, seed=7))  # no number of fewer than six digits
    told = next(finding for finding in report.tests[0].findings if finding.key == "author.told")
    assert seeing.digits(str(told.values["value"])) & numbers
    assert "0.123457" in numbers
    assert not any(finding.key == seeing.KEY for finding in report.tests[0].findings)
