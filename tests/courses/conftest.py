"""A small published course, made of rows: what publishing makes of folders has tests of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from courses.accounts.models import User
from courses.authoring.models import Release
from courses.catalog.models import Chapter, Course, Exercise
from courses.cohorts.enrolling import enroll
from courses.cohorts.models import Cohort, Enrollment, Role
from courses.exercises.models import Submission
from graders.report import Finding, Outcome, Provenance, Report, TestOutcome, TestResult
from workers.pools import recording
from workers.pools.models import IN_FLIGHT, Job, JobState

GOOD = {"submission.py": "def softmax(x):\n    return x.softmax(-1)\n"}

TESTS = [
    {
        "name": "test_sums_to_one",
        "points": 4.0,
        "title": {"en": "Sums to one", "zh-hans": "和为一"},
        "hints": [{"en": "Which axis?", "zh-hans": "哪个轴？"}],
        "feedback": {"wrong-axis": {"en": "You used axis {axis}.", "zh-hans": "你用了第 {axis} 轴。"}},
        "reveal": "message",
        "output": "withheld",
        "seconds": 5.0,
    },
    {
        "name": "test_is_stable",
        "points": 6.0,
        "title": {"en": "Survives large inputs", "zh-hans": "对大输入稳定"},
        "hints": [],
        "feedback": {},
        "reveal": "title",
        "output": "withheld",
        "seconds": 5.0,
    },
]

SPEC: dict[str, Any] = {
    "mode": "module",
    "files": ["submission.py"],
    "runtime": "torch",
    "needs": {"device": "cpu", "memory_mb": 0},
    "limits": {"load_seconds": 20.0, "seconds": 10.0},
    "attempts": None,
    "counts": "best",
    "supersede": False,
    "solution": "passed",
    "forbid": [],
    "prerequisites": [],
    "tests": TESTS,
}


@pytest.fixture
def course(db: None) -> Course:
    course = Course.objects.create(
        slug="models",
        title={"en": "Models", "zh-hans": "模型"},
        summary={"en": "Build them.", "zh-hans": "动手搭建。"},
        languages=["en", "zh-hans"],
    )
    release = Release.objects.create(course=course, number=1, digest="0" * 64, course_texts={})
    course.current_release = release
    course.save(update_fields=["current_release"])
    text = {"summary": "", "minutes": 5, "prerequisites": [], "segments": [], "toc": []}
    Chapter.objects.create(
        release=release,
        slug="attention",
        position=1,
        texts={"en": {**text, "title": "Attention"}, "zh-hans": {**text, "title": "注意力"}},
    )
    return course


@pytest.fixture
def exercise(course: Course) -> Exercise:
    return make_exercise(course)


def make_exercise(course: Course, *, slug: str = "softmax", **spec: Any) -> Exercise:
    release = course.current_release
    assert release is not None
    return Exercise.objects.create(
        release=release,
        chapter=Chapter.objects.get(release=release, slug="attention"),
        slug=slug,
        position=1,
        title={"en": "Softmax", "zh-hans": "归一化"},
        points=10.0,
        statement={"en": "<p>Write it.</p>", "zh-hans": "<p>写出来。</p>"},
        spec={**SPEC, **spec},
        starter={"submission.py": "def softmax(x):\n    ...\n"},
        solution=GOOD,
        visible_test="def test_shape(student): ...\n",
        bundle="b" * 64,
        exercise_digest="e" * 64,
        pool="cpu",
    )


@pytest.fixture
def learner(alice: User, course: Course) -> User:
    """alice, enrolled."""
    enroll(alice, course)
    return alice


@pytest.fixture
def teacher(carol: User, course: Course) -> User:
    """carol, who teaches the course."""
    enroll(carol, course, role=Role.INSTRUCTOR)
    return carol


def make_class(course: Course, count: int, *, cohort: Cohort | None = None) -> list[User]:
    """Many students at once, enrolled."""
    start, place = User.objects.count(), cohort or Cohort.default_for(course)
    users = User.objects.bulk_create(User(username=f"student{start + number:03}") for number in range(count))
    Enrollment.objects.bulk_create(Enrollment(user=user, course=course, cohort=place) for user in users)
    return users


def report(**changes: Any) -> Report:
    """A report with one test passed and one failed, or as the test wants it."""
    tests = (
        TestResult(name="test_sums_to_one", outcome=TestOutcome.PASSED, points=4, max_points=4),
        TestResult(
            name="test_is_stable",
            outcome=TestOutcome.FAILED,
            points=0,
            max_points=6,
            message="secret message",
            findings=(Finding(key="wrong-shape", values={"name": "softmax", "shape": "(SECRET,)"}),),
            detail="SECRET traceback",
        ),
    )
    plain: dict[str, Any] = {
        "outcome": Outcome.GRADED,
        "score": 4,
        "max_score": 10,
        "tests": tests,
        "output": "loading\n",
        "output_withheld": "SECRET print",
        "provenance": Provenance(isolation="namespaces"),
        "seed": 424242,
    }
    return Report(**{**plain, **changes})


@pytest.fixture
def end() -> Callable[..., None]:
    """End a submission's job as the queue does when a worker has reported."""

    def end(submission: Submission, found: Report | None = None) -> None:
        assert submission.job_id is not None
        Job.objects.filter(pk=submission.job_id).update(state=JobState.RUNNING)
        assert recording.end(submission.job_id, state=JobState.DONE, report=found or report(), from_states=IN_FLIGHT)
        submission.refresh_from_db()

    return end
