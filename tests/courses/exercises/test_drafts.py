"""Drafts: kept between visits, never overwritten by an older tab."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from courses.accounts.models import User
from courses.catalog.models import Course, Exercise
from courses.exercises.drafts import DraftConflict, draft_of, save_draft

URL = "/courses/models/exercises/softmax/draft/"


def test_without_a_draft_the_editor_shows_the_starter(learner: User, course: Course, exercise: Exercise) -> None:
    draft = draft_of(learner, course, exercise)
    assert draft.files == exercise.starter
    assert draft.version == 0


def test_each_save_counts_the_version_up(learner: User, course: Course, exercise: Exercise) -> None:
    first = save_draft(learner, course=course, exercise=exercise, files={"submission.py": "1"}, version=0)
    second = save_draft(learner, course=course, exercise=exercise, files={"submission.py": "2"}, version=first.version)
    assert (first.version, second.version) == (1, 2)
    assert draft_of(learner, course, exercise).files == {"submission.py": "2"}


def test_an_older_tab_overwrites_nothing(learner: User, course: Course, exercise: Exercise) -> None:
    save_draft(learner, course=course, exercise=exercise, files={"submission.py": "new"}, version=0)
    with pytest.raises(DraftConflict) as caught:
        save_draft(learner, course=course, exercise=exercise, files={"submission.py": "old"}, version=0)
    assert caught.value.current.files == {"submission.py": "new"}
    assert draft_of(learner, course, exercise).files == {"submission.py": "new"}


def post(client: Client, text: str, version: int) -> tuple[int, dict[str, object]]:
    body = json.dumps({"files": {"submission.py": text}, "version": version})
    response = client.post(URL, body, content_type="application/json")
    return response.status_code, response.json()


def test_the_page_saves_and_hears_of_a_conflict_with_both_texts(
    learner: User, exercise: Exercise, client: Client
) -> None:
    client.force_login(learner)
    status, answer = post(client, "mine", 0)
    assert (status, answer["version"]) == (200, 1)
    status, answer = post(client, "older", 0)
    assert status == 409
    assert answer["yours"] == {"submission.py": "older"}
    assert answer["theirs"] == {"submission.py": "mine"}
    assert answer["version"] == 1


def test_a_script_without_a_token_of_the_form_is_refused(learner: User, exercise: Exercise) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(learner)
    assert client.post(URL, "{}", content_type="application/json").status_code == 403


@pytest.mark.parametrize("body", ["", "[]", '{"files": 1}', "[" * 100_000, '{"files": {"x.py": ""}}'])
def test_a_body_that_is_no_draft_is_refused_with_a_sentence(
    learner: User, exercise: Exercise, client: Client, body: str
) -> None:
    client.force_login(learner)
    response = client.post(URL, body, content_type="application/json")
    assert response.status_code == 400
    assert response.json()["detail"]


def test_too_large_a_body_is_413(learner: User, exercise: Exercise, client: Client) -> None:
    client.force_login(learner)
    body = json.dumps({"files": {"submission.py": "x" * 3_000_000}, "version": 0})
    assert client.post(URL, body, content_type="application/json").status_code == 413


def test_a_visitor_has_no_draft(exercise: Exercise, client: Client) -> None:
    assert post(client, "x", 0)[0] == 403
