"""What a reader may see of a report, and in which words."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.utils import translation

from courses.accounts.models import User
from courses.catalog.models import Course, Exercise
from courses.exercises import submitting
from courses.exercises.models import Submission
from courses.exercises.showing import show
from graders.report import Finding, Outcome, TestOutcome, TestResult
from tests.courses.conftest import GOOD, make_exercise, report

End = Callable[..., None]


@pytest.fixture
def ended(learner: User, course: Course, exercise: Exercise, end: End) -> Submission:
    submission = submitting.submit(learner, course=course, exercise=exercise, files=GOOD)
    end(submission)
    return submission


def test_a_student_sees_nothing_that_is_withheld(learner: User, ended: Submission) -> None:
    assert "SECRET" not in repr(show(ended, reader=learner))
    assert "secret message" not in repr(show(ended, reader=learner))
    assert "424242" not in repr(show(ended, reader=learner))


def test_those_who_teach_see_everything(teacher: User, ended: Submission) -> None:
    shown = show(ended, reader=teacher)
    assert shown.seed == 424242
    assert shown.output_withheld == "SECRET print"
    assert shown.tests[1].detail == "SECRET traceback"
    assert "(SECRET,)" in shown.tests[1].message


def test_staff_of_the_site_who_do_not_teach_are_readers_like_others(dave: User, ended: Submission) -> None:
    assert not Submission.objects.visible_to(dave).exists()
    assert "SECRET" not in repr(show(ended, reader=dave))


def test_titles_come_in_the_readers_language(learner: User, ended: Submission) -> None:
    with translation.override("zh-hans"):
        assert [test.title for test in show(ended, reader=learner).tests] == ["和为一", "对大输入稳定"]


def test_a_hint_is_offered_only_for_a_test_that_did_not_pass(
    learner: User, course: Course, exercise: Exercise, end: End
) -> None:
    submission = submitting.submit(learner, course=course, exercise=exercise, files=GOOD)
    failed = TestResult(name="test_sums_to_one", outcome=TestOutcome.FAILED, points=0, max_points=4)
    end(submission, report(tests=(failed,), score=0))
    assert show(submission, reader=learner).tests[0].hints == ("Which axis?",)
    end_passed = submitting.submit(learner, course=course, exercise=exercise, files=GOOD)
    end(end_passed)
    assert show(end_passed, reader=learner).tests[0].hints == ()


def failing_with(finding: Finding) -> TestResult:
    return TestResult(name="test_sums_to_one", outcome=TestOutcome.FAILED, points=0, max_points=4, findings=(finding,))


def message(learner: User, course: Course, exercise: Exercise, end: End, finding: Finding) -> str:
    submission = submitting.submit(learner, course=course, exercise=exercise, files=GOOD)
    end(submission, report(tests=(failing_with(finding),), score=0))
    return show(submission, reader=learner).tests[0].message


def test_a_finding_is_worded_with_the_students_values(
    learner: User, course: Course, exercise: Exercise, end: End
) -> None:
    finding = Finding(key="wrong-shape", values={"name": "softmax", "shape": "(2, 5)"})
    assert message(learner, course, exercise, end, finding) == "softmax has the wrong shape: (2, 5)."


def test_an_authors_sentence_is_shown_in_the_readers_language(
    learner: User, course: Course, exercise: Exercise, end: End
) -> None:
    finding = Finding(key="author.wrong-axis", values={"axis": 0})
    assert message(learner, course, exercise, end, finding) == "You used axis 0."
    with translation.override("zh-hans"):
        assert message(learner, course, exercise, end, finding) == "你用了第 0 轴。"


def test_a_value_is_text_and_never_a_template(learner: User, course: Course, exercise: Exercise, end: End) -> None:
    finding = Finding(key="wrong-value", values={"name": "{value.__class__}", "value": "{name}"})
    assert message(learner, course, exercise, end, finding) == "{value.__class__} has the wrong value: {name}."


def test_an_unknown_key_is_not_shown(learner: User, course: Course, exercise: Exercise, end: End) -> None:
    assert message(learner, course, exercise, end, Finding(key="from-the-future")) == "This test did not pass."


def test_a_test_that_reveals_only_its_title_says_no_more(learner: User, ended: Submission) -> None:
    assert show(ended, reader=learner).tests[1].message == "This test did not pass."


def test_a_run_shows_what_its_visible_tests_saw(learner: User, course: Course, exercise: Exercise, end: End) -> None:
    run = submitting.run(learner, course=course, exercise=exercise, files=GOOD)
    failed = {"outcome": TestOutcome.FAILED, "points": 0, "max_points": 0, "detail": "assert 1 == 2"}
    result = TestResult.from_dict({"name": "test_shape", "title": "shape", **failed})
    end(run, report(tests=(result,), score=0, max_score=0))
    shown = show(run, reader=learner).tests[0]
    assert (shown.title, shown.detail) == ("test_shape", "assert 1 == 2")


@pytest.mark.parametrize("outcome", [outcome for outcome in Outcome if outcome != Outcome.GRADED])
def test_each_outcome_has_a_sentence(
    learner: User, course: Course, exercise: Exercise, end: End, outcome: Outcome
) -> None:
    submission = submitting.submit(learner, course=course, exercise=exercise, files=GOOD)
    end(submission, report(outcome=outcome, score=0, tests=(), findings=()))
    assert show(submission, reader=learner).message.endswith(".")


def test_a_replaced_submission_says_by_which(learner: User, course: Course) -> None:
    exercise = make_exercise(course)
    first = submitting.submit(learner, course=course, exercise=exercise, files=GOOD)
    submitting.submit(learner, course=course, exercise=exercise, files=GOOD, replace=True)
    first = Submission.objects.get(pk=first.pk)
    assert show(first, reader=learner).message.startswith("Replaced by #2")
