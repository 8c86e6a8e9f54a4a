"""Who got what: one row a student, one column an exercise and a quiz of the current release."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import and_
from typing import Any

from django.db.models import Q

from courses.accounts.models import User
from courses.catalog.models import Course, Exercise
from courses.cohorts.models import Cohort, Enrollment, EnrollmentQuerySet
from courses.cohorts.paging import ORDER
from courses.cohorts.scope import Scope
from courses.exercises.models import Grade
from courses.quizzes.models import Quiz, QuizAnswer
from courses.quizzes.standing import earned

#: Excel reads a UTF-8 file as UTF-8 only if it begins with this mark.
BYTE_ORDER_MARK = "\ufeff"
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
#: Stands before a quiz's slug where columns have one name each: an exercise may have the same slug.
QUIZ = "quiz:"

#: Of each row only what a gradebook shows: a submission has its files and its report besides.
_OF_SUBMISSION = ("late", "ended", "spent", "manual_max", "marked")
_OF_EXERCISE = ("slug", "title", "points", "position", "chapter__slug", "chapter__texts", "chapter__position")
MAX_WORDS = 5


@dataclass(frozen=True, kw_only=True)
class Row:
    user: User
    cohort: Cohort
    enrollment: Enrollment
    grades: Sequence[Grade | None]  #: one for each exercise of the book; None: nothing graded yet
    quizzes: Sequence[float | None]  #: points, one for each quiz of the book; None: nothing answered yet

    @property
    def total(self) -> float:
        return round(sum(grade.score for grade in self.grades if grade), 6)

    @property
    def quiz_total(self) -> float:
        return round(sum(each for each in self.quizzes if each is not None), 6)


@dataclass(frozen=True, kw_only=True)
class Gradebook:
    course: Course
    exercises: Sequence[Exercise]
    quizzes: Sequence[Quiz]
    rows: Sequence[Row]

    @property
    def max_total(self) -> float:
        return sum(exercise.points for exercise in self.exercises)

    @property
    def max_quiz_total(self) -> float:
        return sum(map(worth, self.quizzes))


def worth(quiz: Quiz) -> float:
    """The points of a quiz."""
    return sum(float(question.get("points", 1.0)) for question in quiz.spec)


def enrollments(scope: Scope, *, search: str = "") -> EnrollmentQuerySet:
    """The students of a book, by name; ``search`` is any part of name, account or mail address, word by word."""
    rows = scope.students().select_related("user", "cohort").order_by(*ORDER)
    words = search.split()[:MAX_WORDS]
    fields = ("user__username", "user__first_name", "user__last_name", "user__email")
    wanted = [reduce(lambda a, b: a | b, (Q(**{f"{name}__icontains": word}) for name in fields)) for word in words]
    return rows.filter(reduce(and_, wanted)) if wanted else rows


def gradebook_of(course: Course, students: Iterable[Enrollment], *, chapter: str = "") -> Gradebook:
    """The gradebook of some students, in four queries however many they are.

    Args:
        chapter: of this chapter alone.
    """
    inside: dict[str, Any] = {"release": course.current_release_id, **({"chapter__slug": chapter} if chapter else {})}
    exercises = list(Exercise.objects.filter(**inside).select_related("chapter").only(*_OF_EXERCISE))
    quizzes = list(Quiz.objects.filter(**inside).select_related("chapter").order_by("chapter__position", "slug"))
    rows = list(students)
    users = [row.user_id for row in rows]
    graded = Grade.objects.filter(course=course, user__in=users, exercise__in=[each.slug for each in exercises])
    columns = [f"submission__{name}" for name in _OF_SUBMISSION]
    shown = ("user", "exercise", "score", "max_score", "submission", *columns)
    grades = {(row.user_id, row.exercise): row for row in graded.select_related("submission").only(*shown)}
    answered = _quiz_points(course, quizzes, users)
    return Gradebook(
        course=course,
        exercises=exercises,
        quizzes=quizzes,
        rows=[
            Row(
                user=row.user,
                cohort=row.cohort,
                enrollment=row,
                grades=[grades.get((row.user_id, exercise.slug)) for exercise in exercises],
                quizzes=[answered.get((row.user_id, quiz.slug)) for quiz in quizzes],
            )
            for row in rows
        ],
    )


def _quiz_points(course: Course, quizzes: Sequence[Quiz], users: Sequence[int]) -> Mapping[tuple[int, str], float]:
    """The points of each student in each quiz that they have begun."""
    questions = {(quiz.slug, question["id"]): question for quiz in quizzes for question in quiz.spec}
    answers = QuizAnswer.objects.filter(course=course, user__in=users, quiz__in=[quiz.slug for quiz in quizzes])
    found: dict[tuple[int, str], float] = {}
    rows = answers.values_list("user", "quiz", "question", "tries", "mastered_at")  # thousands: no objects are made
    for user, quiz, name, tries, mastered in rows.iterator(chunk_size=5000):
        question = questions.get((quiz, name))
        if question is not None:
            worth_it = earned(question, tries=tries) if mastered else 0.0
            found[user, quiz] = found.get((user, quiz), 0.0) + worth_it
    return found


def to_csv(book: Gradebook) -> str:
    """The gradebook for a spreadsheet. Columns are named by slugs, which stay from release to release."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    slugs = [exercise.slug for exercise in book.exercises]
    quizzes = [QUIZ + quiz.slug for quiz in book.quizzes]
    totals = ["total", "max_total", "quiz_total", "max_quiz_total"]
    writer.writerow(["user_id", "username", "name", "email", "cohort", *slugs, *quizzes, *totals])
    for row in book.rows:
        user = row.user
        texts = [user.username, user.get_full_name(), user.email, row.cohort.slug]
        scores = [_number(grade.score if grade else None) for grade in row.grades]
        answered = [_number(each) for each in row.quizzes]
        sums = map(_number, (row.total, book.max_total, row.quiz_total, book.max_quiz_total))
        writer.writerow([user.pk, *map(harmless, texts), *scores, *answered, *sums])
    return BYTE_ORDER_MARK + out.getvalue()


def _number(value: float | None) -> str:
    """As every spreadsheet reads it: a point, four places at most; empty: nothing yet."""
    return "" if value is None else f"{round(value, 4):.10g}"


def harmless(text: str) -> str:
    """A cell that no spreadsheet takes for a formula: names are what their owners typed."""
    return "'" + text if text.startswith(FORMULA_STARTS) or text.lstrip().startswith(FORMULA_STARTS) else text
