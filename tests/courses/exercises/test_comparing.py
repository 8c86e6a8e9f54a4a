"""What changed from one submission to the next."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from courses.accounts.models import User
from courses.catalog.models import Course, Exercise
from courses.exercises import submitting
from courses.exercises.comparing import MAX_LINES, changes_between
from courses.exercises.models import Submission

BEFORE = "".join(f"line {number}\n" for number in range(1, 21))
AFTER = BEFORE.replace("line 10\n", "line ten\nand more\n")


def test_a_change_is_shown_with_what_stands_around_it() -> None:
    [change] = changes_between({"a.py": BEFORE, "b.py": "same"}, {"a.py": AFTER, "b.py": "same"})
    assert (change.name, change.added, change.removed) == ("a.py", 2, 1)
    assert [(line.kind, line.before, line.after, line.text) for line in change.lines] == [
        ("gap", None, None, ""),
        *(("same", number, number, f"line {number}") for number in (7, 8, 9)),
        ("removed", 10, None, "line 10"),
        ("added", None, 10, "line ten"),
        ("added", None, 11, "and more"),
        *(("same", number, number + 1, f"line {number}") for number in (11, 12, 13)),
        ("gap", None, None, ""),
    ]


def test_a_file_that_only_one_of_them_has_is_all_new_or_all_gone() -> None:
    new, gone = changes_between({"old.py": "a\nb\n"}, {"new.py": "c\n"})
    assert (new.name, new.added, new.removed) == ("new.py", 1, 0)
    assert (gone.name, gone.added, gone.removed) == ("old.py", 0, 2)


def test_a_very_long_file_is_not_compared() -> None:
    [change] = changes_between({"a.py": "x\n" * MAX_LINES}, {"a.py": "y\n"})
    assert change.too_long and change.lines == []


@pytest.fixture
def two(learner: User, course: Course, exercise: Exercise) -> list[Submission]:
    texts = ("def softmax(x):\n    return x\n", "def softmax(x):\n    return '<script>'\n")
    return [
        submitting.submit(learner, course=course, exercise=exercise, files={"submission.py": text}) for text in texts
    ]


def test_a_submission_is_compared_with_the_one_before_and_the_first_with_the_starter(
    two: list[Submission], learner: User, client: Client
) -> None:
    client.force_login(learner)
    page = client.get(f"/submissions/{two[1].pk}/changes/").content.decode()
    assert "<del>    return x</del>" in page
    assert "<ins>    return &#x27;&lt;script&gt;&#x27;</ins>" in page
    first = client.get(f"/submissions/{two[0].pk}/changes/").content.decode()
    assert "<del>    ...</del>" in first
    starter = client.get(f"/submissions/{two[1].pk}/changes/?with=starter").content.decode()
    assert "<del>    ...</del>" in starter


def test_only_ones_own_earlier_work_can_be_asked_for(
    two: list[Submission], learner: User, bob: User, teacher: User, client: Client, course: Course, exercise: Exercise
) -> None:
    address = f"/submissions/{two[1].pk}/changes/"
    for user, status in ((None, 404), (bob, 404), (teacher, 200), (learner, 200)):
        if user:
            client.force_login(user)
        assert client.get(address).status_code == status
    other = submitting.submit(teacher, course=course, exercise=exercise, files={"submission.py": "SECRET = 1\n"})
    client.force_login(learner)
    assert "SECRET" not in client.get(f"{address}?with={other.pk}").content.decode()


def test_the_history_leads_there(
    two: list[Submission], learner: User, client: Client, django_assert_max_num_queries: Callable[..., object]
) -> None:
    client.force_login(learner)
    assert (
        f"/submissions/{two[1].pk}/changes/"
        in client.get("/courses/models/exercises/softmax/submissions/").content.decode()
    )
    with django_assert_max_num_queries(12):  # type: ignore[attr-defined]  # pytest-django's
        client.get(f"/submissions/{two[1].pk}/changes/")
