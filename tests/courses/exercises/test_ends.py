"""What a page that shows something else is told of submissions that have ended meanwhile."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from courses.accounts.models import User
from courses.catalog.models import Course, Exercise
from courses.exercises import submitting
from courses.exercises.models import Submission
from graders.report import Outcome
from tests.courses.conftest import GOOD, report

End = Callable[..., None]


@pytest.fixture
def submission(learner: User, course: Course, exercise: Exercise) -> Submission:
    return submitting.submit(learner, course=course, exercise=exercise, files=GOOD)


@pytest.mark.parametrize(
    ("language", "sentence"),
    [("en", "“Softmax” is graded: 4 of 10 points."), ("zh-hans", "“归一化”已评分：4 / 10 分。")],
)
def test_the_end_is_told_in_a_sentence(
    submission: Submission, client: Client, end: End, language: str, sentence: str
) -> None:
    client.force_login(submission.user)
    address = f"/submissions/ended/?ids={submission.pk}"
    assert client.get(address).json() == {str(submission.pk): None}
    end(submission)
    told = client.get(address, headers={"Accept-Language": language}).json()[str(submission.pk)]
    assert told["text"] == sentence
    assert told["url"] == f"/submissions/{submission.pk}/"


def test_another_end_is_named(submission: Submission, client: Client, end: End) -> None:
    end(submission, report(outcome=Outcome.TIMED_OUT))
    client.force_login(submission.user)
    told = client.get(f"/submissions/ended/?ids={submission.pk}").json()[str(submission.pk)]
    assert told["text"] == "“Softmax” has ended: out of time."


def test_a_run_says_that_it_was_one(
    learner: User, course: Course, exercise: Exercise, client: Client, end: End
) -> None:
    run = submitting.run(learner, course=course, exercise=exercise, files=GOOD)
    end(run)
    client.force_login(learner)
    assert client.get(f"/submissions/ended/?ids={run.pk}").json()[str(run.pk)]["text"] == (
        "Your Run of “Softmax” has ended."
    )


def test_nobody_hears_of_anothers(submission: Submission, bob: User, teacher: User, client: Client, end: End) -> None:
    end(submission)
    assert client.get(f"/submissions/ended/?ids={submission.pk}").status_code == 302
    for stranger in (bob, teacher):  # a teacher may see it, but does not wait for it
        client.force_login(stranger)
        assert client.get(f"/submissions/ended/?ids={submission.pk}").json() == {}


@pytest.mark.parametrize("ids", ["", "x", "1,,2", "-1", "9" * 40, "٣", ",".join(map(str, range(500)))])
def test_anything_may_be_asked(alice: User, client: Client, ids: str) -> None:
    client.force_login(alice)
    assert client.get("/submissions/ended/", {"ids": ids}).json() == {}


def test_it_costs_few_queries(
    submission: Submission, client: Client, end: End, django_assert_max_num_queries: Callable[..., object]
) -> None:
    end(submission)
    client.force_login(submission.user)
    with django_assert_max_num_queries(5):  # type: ignore[attr-defined]  # pytest-django's
        client.get(f"/submissions/ended/?ids={submission.pk}")
