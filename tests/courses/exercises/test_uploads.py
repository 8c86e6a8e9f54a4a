"""Notebooks and tables are uploaded as files, from the page without a script and by the API."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import translation

from courses.accounts.models import User
from courses.catalog.models import Course, Exercise
from courses.exercises import submitting
from courses.exercises.files import FilesRefused, clean_answer
from courses.exercises.models import Submission
from courses.exercises.terms import Terms
from graders.report import PNG, Finding, Outcome
from tests.courses.conftest import make_exercise, report

TABLE = {"id": "image", "columns": {"digit": {"kind": "integer", "min": 0, "max": 9}}, "labels": {"file": "labels.csv"}}
NOTEBOOK = json.dumps(
    {"nbformat": 4, "metadata": {}, "cells": [{"cell_type": "code", "source": "x = 1", "outputs": []}]}
)


@pytest.fixture
def table(course: Course) -> Exercise:
    return make_exercise(course, slug="digits", mode="predictions", files=["predictions.csv"], predictions=TABLE)


@pytest.fixture
def notebook(course: Course) -> Exercise:
    return make_exercise(course, slug="book", mode="notebook", files=["submission.ipynb"], predictions=None)


def upload(client: Client, course: Course, exercise: Exercise, name: str, content: bytes) -> Any:
    address = f"/courses/{course.slug}/exercises/{exercise.slug}/submit/"
    return client.post(address, {f"file:{name}": SimpleUploadedFile(name, content)}, HTTP_ACCEPT_LANGUAGE="en")


def test_a_table_is_uploaded_and_queued(client: Client, learner: User, course: Course, table: Exercise) -> None:
    client.force_login(learner)
    answer = upload(client, course, table, "predictions.csv", b"\xef\xbb\xbfimage,digit\r\na,1\r\n")
    submission = Submission.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, submission.get_absolute_url())
    assert submission.files == {"predictions.csv": "image,digit\na,1\n"}
    assert submission.job is not None
    page = client.get(submission.get_absolute_url()).content.decode()
    assert "image,digit" not in page  # a table of 10 MB is no page: it is a download
    stored = client.get(f"/submissions/{submission.pk}/files/predictions.csv")
    assert stored.content == b"image,digit\na,1\n"
    assert stored["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"image,digit\na,seven\n", "Row 2, column “digit”: “seven” is not a whole number."),
        (b"image;digit\na;7\n", "Separate them by commas."),
        (b"image,digit\na,\xff\n", "Row 2 has a byte that is not UTF-8"),
        (b"", "The file is empty"),
        (b"image,digit\n" + b"a" * 11_000_000, "too large"),
    ],
)
def test_a_table_that_cannot_be_read_is_refused_before_it_is_queued(
    client: Client, learner: User, course: Course, table: Exercise, content: bytes, expected: str
) -> None:
    client.force_login(learner)
    answer = upload(client, course, table, "predictions.csv", content)
    assert answer.status_code in (400, 413)
    assert expected in answer.content.decode()
    assert not Submission.objects.exists()


def test_a_notebook_is_uploaded_and_a_broken_one_refused_in_the_readers_language(
    learner: User, course: Course, notebook: Exercise
) -> None:
    submission = submitting.submit(learner, course=course, exercise=notebook, files={"submission.ipynb": NOTEBOOK})
    assert submission.files == {"submission.ipynb": NOTEBOOK}  # the whole of it is kept
    with translation.override("zh-hans"), pytest.raises(FilesRefused, match="是不是没有保存完整"):
        clean_answer({"submission.ipynb": NOTEBOOK[:-4]}, Terms.of(notebook))
    with pytest.raises(FilesRefused, match="not a file of this exercise"):
        clean_answer({"submission.py": "x"}, Terms.of(notebook))


def book(**sources: str) -> str:
    """A notebook with cells of these names."""
    cells = [
        {"cell_type": "markdown", "metadata": {"gradus": {"cell": name, "locked": name == "task"}}, "source": source}
        for name, source in sources.items()
    ]
    return json.dumps({"nbformat": 4, "metadata": {}, "cells": cells})


def test_the_notebook_is_downloaded_and_one_of_another_exercise_refused(
    client: Client, learner: User, course: Course
) -> None:
    exercise = make_exercise(course, slug="book", mode="notebook", files=["submission.ipynb"])
    exercise.starter = {"submission.ipynb": book(why="YOUR ANSWER HERE")}
    exercise.save(update_fields=["starter"])
    client.force_login(learner)
    address = f"/courses/{course.slug}/exercises/book/starter/submission.ipynb"
    assert f'href="{address}"' in client.get(f"/courses/{course.slug}/exercises/book/").content.decode()
    answer = client.get(address)
    assert answer.content.decode() == exercise.starter["submission.ipynb"]
    assert answer["Content-Disposition"] == 'attachment; filename="book.ipynb"'
    assert client.get(address.replace("submission.ipynb", "solution.ipynb")).status_code == 404
    answer = upload(client, course, exercise, "submission.ipynb", book(other="x").encode())
    assert answer.status_code == 400
    assert "None of the cells is one of this exercise&#x27;s" in answer.content.decode()
    assert upload(client, course, exercise, "submission.ipynb", book(why="x").encode()).status_code == 302


def test_an_answer_left_as_it_was_gets_no_points_and_waits_for_nobody(
    learner: User, course: Course, end: Callable[..., None]
) -> None:
    about = {"points": 2, "title": {"en": "Why"}, "guide": {}}
    manual = [{**about, "name": name, "cell": name} for name in ("why", "how", "task")]
    exercise = make_exercise(course, slug="book", mode="notebook", files=["submission.ipynb"], manual=manual)
    exercise.starter = {"submission.ipynb": book(why="?", how="?", task="Do it.")}
    exercise.save(update_fields=["starter"])
    for answer, points in ((book(why="?", how="so", task="Do it."), {"why": 0, "how": None, "task": None}),):
        submission = submitting.submit(learner, course=course, exercise=exercise, files={"submission.ipynb": answer})
        end(submission, report(score=0, max_score=0, tests=()))
        assert {name: part["points"] for name, part in submission.review.parts.items()} == points
        assert submission.marked is None
    exercise.spec = {**exercise.spec, "manual": manual[:1]}
    exercise.save(update_fields=["spec"])
    submission = submitting.submit(learner, course=course, exercise=exercise, files={"submission.ipynb": answer})
    end(submission, report(score=0, max_score=0, tests=()))
    assert submission.marked is not None


def test_the_authors_solution_of_a_notebook_is_shown_as_its_cells(
    client: Client, teacher: User, course: Course
) -> None:
    exercise = make_exercise(course, slug="book", mode="notebook", files=["submission.ipynb"])
    exercise.solution = {"submission.ipynb": book(why="Since **so**.")}
    exercise.save(update_fields=["solution"])
    client.force_login(teacher)
    page = client.get(f"/courses/{course.slug}/exercises/book/").content.decode()
    assert "Since <strong>so</strong>." in page
    assert "nbformat" not in page


def test_the_page_asks_for_a_file_and_says_what_it_holds(
    client: Client, learner: User, course: Course, table: Exercise, notebook: Exercise
) -> None:
    client.force_login(learner)
    page = client.get(f"/courses/{course.slug}/exercises/digits/").content.decode()
    assert 'type="file" name="file:predictions.csv"' in page
    assert 'enctype="multipart/form-data"' in page
    assert "from 0 to 9" in page
    assert "<textarea" not in page
    assert "workbench.js" not in page
    page = client.get(f"/courses/{course.slug}/exercises/book/").content.decode()
    assert 'accept=".ipynb"' in page


def test_a_file_that_no_test_could_look_at_costs_no_attempt(
    learner: User, course: Course, end: Callable[..., None]
) -> None:
    exercise = make_exercise(
        course, slug="digits", mode="predictions", files=["predictions.csv"], predictions=TABLE, attempts=1
    )
    files = {"predictions.csv": "image,digit\na,1\n"}
    submission = submitting.submit(learner, course=course, exercise=exercise, files=files)
    unknown = Finding(key="table-unknown-id", values={"row": 2, "id": "a", "column": "image"})
    end(submission, report(outcome=Outcome.STUDENT_ERROR, findings=(unknown,)))
    assert submitting.attempts_left(learner, course, exercise) == 1
    again = submitting.submit(learner, course=course, exercise=exercise, files=files)
    end(again, report(outcome=Outcome.STUDENT_ERROR, findings=(Finding(key="raised", values={"type": "ValueError"}),)))
    assert submitting.attempts_left(learner, course, exercise) == 0


def test_figures_of_a_run_are_pictures_for_those_who_may_see_it(
    client: Client, learner: User, bob: User, course: Course, exercise: Exercise, end: Callable[..., None]
) -> None:
    run = submitting.run(learner, course=course, exercise=exercise, files={"submission.py": "x = 1"})
    end(run, report(figures=(base64.b64encode(PNG + b"rest").decode(),)))
    address = f"/submissions/{run.pk}/figures/1.png"
    client.force_login(learner)
    assert address in client.get(run.get_absolute_url()).content.decode()
    picture = client.get(address)
    assert (picture["Content-Type"], picture["X-Content-Type-Options"]) == ("image/png", "nosniff")
    assert picture.content == PNG + b"rest"
    assert client.get(f"/submissions/{run.pk}/figures/2.png").status_code == 404
    client.force_login(bob)
    assert client.get(address).status_code == 404
