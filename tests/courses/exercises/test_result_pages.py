"""The pages of the workbench and of results: what works without a script, and who may see them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from courses.accounts.models import User
from courses.catalog.models import Course, Exercise
from courses.exercises import submitting
from courses.exercises.models import Draft, Kind, Submission
from tests.courses.conftest import GOOD, make_exercise

WORKBENCH = "/courses/models/exercises/softmax/"
FORM = {"file:submission.py": GOOD["submission.py"].replace("\n", "\r\n"), "draft_version": "0"}


@pytest.fixture
def submission(learner: User, course: Course, exercise: Exercise) -> Submission:
    return submitting.submit(learner, course=course, exercise=exercise, files=GOOD)


def test_a_visitor_reads_the_statement_and_is_asked_to_sign_in(exercise: Exercise, client: Client) -> None:
    page = client.get(WORKBENCH).content.decode()
    assert "<p>Write it.</p>" in page
    assert "Sign in to write and submit code." in page
    assert "submit-button" not in page


def test_who_is_not_enrolled_can_enroll_from_the_page(alice: User, exercise: Exercise, client: Client) -> None:
    client.force_login(alice)
    assert "Enroll in the course to write and submit code." in client.get(WORKBENCH).content.decode()
    response = client.post("/courses/models/enroll/", {"next": WORKBENCH}, follow=True)
    assert "submit-button" in response.content.decode()


def test_a_form_hands_in_and_leads_to_the_result(learner: User, exercise: Exercise, client: Client) -> None:
    client.force_login(learner)
    response = client.post(WORKBENCH + "submit/", FORM)
    submission = Submission.objects.get()
    assert (response.status_code, response["Location"]) == (302, f"/submissions/{submission.pk}/")
    assert submission.files == GOOD
    assert Draft.objects.get().files == GOOD


def test_a_form_runs(learner: User, exercise: Exercise, client: Client) -> None:
    client.force_login(learner)
    assert client.post(WORKBENCH + "run/", FORM).status_code == 302
    assert Submission.objects.get().kind == Kind.RUN


def test_a_script_hears_where_to_listen(learner: User, exercise: Exercise, client: Client) -> None:
    client.force_login(learner)
    response = client.post(WORKBENCH + "submit/", FORM, headers={"Accept": "application/json"})
    answer = response.json()
    assert response.status_code == 201
    assert answer["state"] == "queued"
    assert answer["events_url"] == f"/submissions/{answer['id']}/events/"
    assert answer["position"]["text"]
    assert answer["draft_version"] == 1


def test_a_refused_form_keeps_the_text(learner: User, exercise: Exercise, client: Client) -> None:
    client.force_login(learner)
    response = client.post(WORKBENCH + "submit/", {"file:submission.py": "kept\x00"})
    assert response.status_code == 400
    assert "not a text file" in response.content.decode()
    assert "kept" in response.content.decode()
    assert not Submission.objects.exists()


def test_refusals_are_told_to_scripts_in_json(learner: User, course: Course, client: Client) -> None:
    make_exercise(course, attempts=1)
    client.force_login(learner)
    answers = [client.post(WORKBENCH + "submit/", FORM, headers={"Accept": "application/json"}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 403]
    assert "1 time" in answers[1].json()["detail"]


def test_an_unknown_exercise_is_404(learner: User, exercise: Exercise, client: Client) -> None:
    client.force_login(learner)
    for path in ("courses/models/exercises/nothing/", "courses/nothing/exercises/softmax/"):
        assert client.get(f"/{path}").status_code == 404
        assert client.post(f"/{path}submit/", FORM).status_code == 404


def test_the_result_page_reloads_itself_only_while_it_waits(
    learner: User, submission: Submission, client: Client, end: Callable[..., None]
) -> None:
    client.force_login(learner)
    url = submission.get_absolute_url()
    assert '<noscript><meta http-equiv="refresh"' in client.get(url).content.decode()
    end(submission)
    page = client.get(url).content.decode()
    assert "refresh" not in page
    assert "Sums to one" in page
    assert "SECRET" not in page


def test_the_partial_is_the_result_alone(learner: User, submission: Submission, client: Client) -> None:
    client.force_login(learner)
    part = client.get(submission.get_absolute_url() + "?fragment=1").content.decode()
    assert part.lstrip().startswith('<section class="result" id="submission" data-state="queued"')


@pytest.mark.parametrize("name", ["result", "files", "events"])
def test_to_strangers_a_submission_does_not_exist(bob: User, submission: Submission, client: Client, name: str) -> None:
    url = reverse(f"exercises:{name}", args=[submission.pk])
    assert client.get(url).status_code == 404
    client.force_login(bob)
    assert client.get(url).status_code == 404


def test_a_stranger_cannot_cancel(bob: User, learner: User, submission: Submission, client: Client) -> None:
    client.force_login(bob)
    url = reverse("exercises:cancel", args=[submission.pk])
    assert client.post(url).status_code == 404
    client.force_login(learner)
    assert client.get(url).status_code == 405
    client.post(url)
    submission.refresh_from_db()
    assert submission.state == "cancelled"


def test_what_students_write_is_escaped(learner: User, course: Course, exercise: Exercise, client: Client) -> None:
    files = {"submission.py": "</textarea><script>alert(1)</script>"}
    submission = submitting.submit(learner, course=course, exercise=exercise, files=files)
    client.force_login(learner)
    client.post(WORKBENCH + "run/", {"file:submission.py": files["submission.py"], "draft_version": "0"})
    for url in (submission.get_absolute_url(), WORKBENCH):
        assert "<script>alert" not in client.get(url).content.decode()


def test_those_who_teach_see_the_submission(teacher: User, submission: Submission, client: Client) -> None:
    client.force_login(teacher)
    assert "alice" in client.get(submission.get_absolute_url()).content.decode()


def test_the_history_lists_submissions_and_no_runs(
    learner: User, course: Course, exercise: Exercise, submission: Submission, client: Client
) -> None:
    run = submitting.run(learner, course=course, exercise=exercise, files=GOOD)
    client.force_login(learner)
    page = client.get(WORKBENCH + "submissions/").content.decode()
    assert submission.get_absolute_url() in page
    assert run.get_absolute_url() not in page


def test_too_large_a_form_is_413_with_a_sentence(learner: User, exercise: Exercise, client: Client) -> None:
    client.force_login(learner)
    form = {**FORM, "file:submission.py": "x" * 13_000_000}
    response = client.post(WORKBENCH + "submit/", form, headers={"Accept": "application/json"})
    assert (response.status_code, response.json()["detail"]) == (413, "The files are too large.")
    assert client.post(WORKBENCH + "submit/", form).status_code == 413
