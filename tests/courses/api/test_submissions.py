"""The API's main job: enroll, submit, hear of the result."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from courses.accounts.models import ApiToken, User
from courses.catalog.models import Course, Exercise
from courses.exercises.models import Submission
from graders.report import Outcome
from tests.courses.conftest import GOOD, make_exercise, report
from workers.pools.access import make
from workers.pools.models import Job, JobState, Node, Worker

SUBMISSIONS = "/api/v1/courses/models/exercises/softmax/submissions"


class Caller:
    """Somebody's script."""

    def __init__(self, user: User | None) -> None:
        self._client = Client()
        token = ApiToken.objects.issue(user=user, name="test")[1] if user else "gradus_wrong"
        self._headers = {"Authorization": f"Bearer {token}"}

    def get(self, url: str) -> HttpResponse:
        return self._client.get(url, headers=self._headers)  # type: ignore[return-value]  # the client's own class

    def post(self, url: str, body: object = None) -> HttpResponse:
        text = body if isinstance(body, str) else json.dumps(body)
        return self._client.post(  # type: ignore[return-value]  # the client's own class
            url, text, content_type="application/json", headers=self._headers
        )


def data(response: HttpResponse) -> Any:
    return json.loads(response.content)


def problem(response: HttpResponse, status: int) -> str:
    """The sentence of a problem document."""
    assert response.status_code == status, response.content
    assert response["Content-Type"] == "application/problem+json"
    document = data(response)
    assert document["status"] == status
    assert document["title"]
    detail: str = document["detail"]
    assert detail.endswith(".")
    return detail


@pytest.fixture
def script(learner: User) -> Caller:
    return Caller(learner)


def test_a_newcomer_enrolls_and_submits(alice: User, exercise: Exercise) -> None:
    script = Caller(alice)
    assert "Enroll first" in problem(script.post(SUBMISSIONS, {"files": GOOD}), 403)
    enrolled = script.post("/api/v1/courses/models/enrollment")
    assert (enrolled.status_code, data(enrolled)["cohort"]) == (201, "self-paced")
    response = script.post(SUBMISSIONS, {"files": GOOD})
    assert response.status_code == 201
    answer = data(response)
    assert answer["id"] == Submission.objects.get().pk
    assert answer["state"] == "queued"
    assert answer["position"] == 1


def test_without_a_worker_the_start_is_a_reason(script: Caller, exercise: Exercise) -> None:
    answer = data(script.post(SUBMISSIONS, {"files": GOOD}))
    assert answer["estimated_start"] is None
    assert "No worker" in answer["reason"]


def test_with_a_worker_the_start_is_an_interval(script: Caller, exercise: Exercise) -> None:
    add_worker()
    earliest, latest = data(script.post(SUBMISSIONS, {"files": GOOD}))["estimated_start"].split("/")
    assert datetime.fromisoformat(earliest) <= datetime.fromisoformat(latest)


def add_worker() -> Worker:
    node = make("anna", pool="cpu")[0]
    now = timezone.now()
    return Worker.objects.create(
        node=Node.objects.get(pk=node.pk), name="w1", slots=1, rung="namespaces", first_seen=now, last_seen=now
    )


def test_states_are_told_as_they_change(script: Caller, exercise: Exercise, end: Callable[..., None]) -> None:
    pk = data(script.post(SUBMISSIONS, {"files": GOOD}))["id"]
    url = f"/api/v1/submissions/{pk}"
    assert data(script.get(url))["state"] == "queued"
    Job.objects.update(state=JobState.RUNNING)
    assert data(script.get(url))["state"] == "running"
    end(Submission.objects.get(pk=pk))
    assert data(script.get(url))["state"] == "done"


def test_the_result_is_told_as_the_student_may_see_it(
    script: Caller, exercise: Exercise, end: Callable[..., None]
) -> None:
    pk = data(script.post(SUBMISSIONS, {"files": GOOD}))["id"]
    end(Submission.objects.get(pk=pk))
    response = script.get(f"/api/v1/submissions/{pk}")
    answer = data(response)
    assert (answer["outcome"], answer["score"], answer["max_score"]) == ("graded", 4, 10)
    assert answer["tests"][0] == {
        "name": "test_sums_to_one",
        "title": "Sums to one",
        "outcome": "passed",
        "points": 4,
        "max_points": 4,
        "message": "",
        "seconds": 0,
        "hints": 0,
        "measures": {},
    }
    assert answer["output"] == "loading\n"
    assert answer["provenance"]["isolation"] == "namespaces"
    assert "seed" not in answer
    assert b"SECRET" not in response.content


def test_those_who_teach_are_told_the_seed(
    teacher: User, script: Caller, exercise: Exercise, end: Callable[..., None]
) -> None:
    pk = data(script.post(SUBMISSIONS, {"files": GOOD}))["id"]
    end(Submission.objects.get(pk=pk))
    answer = data(Caller(teacher).get(f"/api/v1/submissions/{pk}"))
    assert (answer["seed"], answer["output_withheld"]) == (424242, "SECRET print")


def test_a_failure_comes_with_its_sentence(script: Caller, exercise: Exercise, end: Callable[..., None]) -> None:
    pk = data(script.post(SUBMISSIONS, {"files": GOOD}))["id"]
    end(Submission.objects.get(pk=pk), report(outcome=Outcome.OUT_OF_MEMORY, score=0, tests=()))
    answer = data(script.get(f"/api/v1/submissions/{pk}"))
    assert answer["message"] == "Your code needed more memory than the exercise allows."


def test_strangers_are_told_that_there_is_nothing(bob: User, script: Caller, exercise: Exercise) -> None:
    pk = data(script.post(SUBMISSIONS, {"files": GOOD}))["id"]
    assert "no such submission" in problem(Caller(bob).get(f"/api/v1/submissions/{pk}"), 404)
    assert "no such submission" in problem(script.get("/api/v1/submissions/999999"), 404)
    assert problem(Caller(bob).post(f"/api/v1/submissions/{pk}/cancel"), 404)


def test_a_wrong_token_is_401(exercise: Exercise) -> None:
    response = Caller(None).post(SUBMISSIONS, {"files": GOOD})
    assert "valid token" in problem(response, 401)
    assert response["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("path", ["courses/models/exercises/nothing", "courses/nothing/exercises/softmax"])
def test_an_unknown_exercise_or_course_is_404(script: Caller, exercise: Exercise, path: str) -> None:
    assert "no such" in problem(script.post(f"/api/v1/{path}/submissions", {"files": GOOD}), 404)


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ({"files": {"other.py": "x"}}, "not a file of this exercise"),
        ({"files": {"/etc/passwd": "x"}}, "absolute path"),
        ({"files": {"../submission.py": "x"}}, "leads out"),
        ({"files": {"submission.py": "\x00\x01"}}, "not a text file"),
        ({"files": {"submission.py": 7}}, "must be text"),
        ({"files": {"submission.py": " \n"}}, "empty"),
        ({"files": {}}, "holds no file"),
        ({"files": "x"}, "shape that is expected"),
        ({}, "shape that is expected"),
        ("{", "not JSON"),
    ],
)
def test_bad_input_is_refused_with_a_sentence(script: Caller, exercise: Exercise, body: object, says: str) -> None:
    assert says in problem(script.post(SUBMISSIONS, body), 400)
    assert not Submission.objects.exists()


@pytest.mark.parametrize("size", [300_000, 5_000_000])
def test_too_large_a_submission_is_413(script: Caller, exercise: Exercise, size: int) -> None:
    assert "large" in problem(script.post(SUBMISSIONS, {"files": {"submission.py": "x" * size}}), 413)


def test_replace_is_done_only_when_asked(script: Caller, course: Course) -> None:
    make_exercise(course, supersede=True)
    first, second, third = (
        data(script.post(SUBMISSIONS, {"files": GOOD, "replace": replace}))["id"] for replace in (False, False, True)
    )
    states = [data(script.get(f"/api/v1/submissions/{pk}"))["state"] for pk in (first, second, third)]
    assert states == ["cancelled", "cancelled", "queued"]
    assert Submission.objects.get(pk=first).replaced_by_id == third


def test_a_script_can_cancel(script: Caller, exercise: Exercise) -> None:
    pk = data(script.post(SUBMISSIONS, {"files": GOOD}))["id"]
    assert data(script.post(f"/api/v1/submissions/{pk}/cancel"))["state"] == "cancelled"


def test_a_late_submission_says_so(script: Caller, exercise: Exercise, end: Callable[..., None]) -> None:
    pk = data(script.post(SUBMISSIONS, {"files": GOOD}))["id"]
    Submission.objects.filter(pk=pk).update(late=True, credit=0.5)
    end(Submission.objects.get(pk=pk))
    answer = data(script.get(f"/api/v1/submissions/{pk}"))
    assert (answer["late"], answer["score"], answer["counted_score"]) == (True, 4, 2)
    assert timedelta(0) <= timezone.now() - datetime.fromisoformat(answer["created"])
