"""What the API tells about courses, gradebooks and pools, and its description of itself."""

from __future__ import annotations

from collections.abc import Callable

from django.test import Client

from courses.accounts.models import User
from courses.catalog.models import Course, Exercise
from courses.exercises import submitting
from tests.courses.api.test_submissions import Caller, add_worker, data, problem
from tests.courses.conftest import GOOD


def test_courses_are_listed_in_the_readers_language(exercise: Exercise, client: Client) -> None:
    assert client.get("/api/v1/courses").json()[0]["title"] == "Models"
    chinese = client.get("/api/v1/courses", headers={"Accept-Language": "zh-hans"}).json()
    assert chinese[0]["title"] == "模型"


def test_a_token_brings_its_owners_language(
    learner: User, course: Course, exercise: Exercise, end: Callable[..., None]
) -> None:
    User.objects.filter(pk=learner.pk).update(language="zh-hans")
    submission = submitting.submit(learner, course=course, exercise=exercise, files=GOOD)
    end(submission)
    assert data(Caller(learner).get(f"/api/v1/submissions/{submission.pk}"))["tests"][0]["title"] == "和为一"


def test_a_course_names_its_chapters_and_exercises(exercise: Exercise, client: Client) -> None:
    course = client.get("/api/v1/courses/models").json()
    assert course["chapters"] == [{"slug": "attention", "title": "Attention"}]
    assert course["exercises"] == [{"slug": "softmax", "chapter": "attention", "title": "Softmax", "points": 10}]


def test_a_chapter_can_be_read(exercise: Exercise, client: Client) -> None:
    chapter = client.get("/api/v1/courses/models/chapters/attention").json()
    assert (chapter["title"], chapter["language"]) == ("Attention", "en")
    assert client.get("/api/v1/courses/models/chapters/nothing").status_code == 404


def test_no_solution_and_no_hidden_test_is_told(exercise: Exercise, client: Client) -> None:
    for path in ("courses/models", "courses/models/chapters/attention"):
        assert GOOD["submission.py"] not in client.get(f"/api/v1/{path}").content.decode()


def test_an_unknown_course_is_a_problem_document(db: None, client: Client) -> None:
    response = client.get("/api/v1/courses/nothing")
    assert response.status_code == 404
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["detail"] == "There is no such course."


def test_the_gradebook_is_for_those_who_teach(
    learner: User, teacher: User, dave: User, course: Course, exercise: Exercise, end: Callable[..., None]
) -> None:
    end(submitting.submit(learner, course=course, exercise=exercise, files=GOOD))
    url = "/api/v1/courses/models/gradebook"
    for stranger in (learner, dave):
        problem(Caller(stranger).get(url), 404)
    book = data(Caller(teacher).get(url))
    assert book["students"][0]["username"] == "alice"
    assert book["students"][0]["scores"] == {"softmax": 4}
    response = Caller(teacher).get(url + "?format=csv")
    assert response["Content-Type"].startswith("text/csv")
    assert "alice" in response.content.decode()


def test_pools_are_for_administrators(alice: User, dave: User) -> None:
    add_worker()
    problem(Caller(alice).get("/api/v1/pools"), 404)
    pools = data(Caller(dave).get("/api/v1/pools"))
    assert pools[0]["name"] == "cpu"
    assert pools[0]["workers"][0]["node"] == "anna"


def test_the_document_describes_each_path(db: None, client: Client) -> None:
    paths = client.get("/api/v1/openapi.json").json()["paths"]
    assert {path for path in paths if not path.startswith("/api/v1/competitions")} == {
        "/api/v1/courses",
        "/api/v1/courses/{course}",
        "/api/v1/courses/{course}/chapters/{chapter}",
        "/api/v1/courses/{course}/discussions",
        "/api/v1/courses/{course}/discussions/{question}",
        "/api/v1/courses/{course}/discussions/{question}/accept",
        "/api/v1/courses/{course}/discussions/{question}/answers",
        "/api/v1/courses/{course}/enrollment",
        "/api/v1/courses/{course}/exercises/{exercise}/archive",
        "/api/v1/courses/{course}/exercises/{exercise}/submissions",
        "/api/v1/courses/{course}/gradebook",
        "/api/v1/notices",
        "/api/v1/pools",
        "/api/v1/submissions/{pk}",
        "/api/v1/submissions/{pk}/cancel",
        "/api/v1/submissions/{pk}/events",
    }
