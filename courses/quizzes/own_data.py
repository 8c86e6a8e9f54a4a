"""What quizzes keep of a person: their answers. Whether they were right stays, without a name and what was typed."""

from __future__ import annotations

from courses.accounts.models import User
from courses.accounts.personal import Contents, Section
from courses.quizzes.models import QuizAnswer


def export(user: User) -> Contents:
    fields = (
        "course__slug",
        "quiz",
        "question",
        "response",
        "first_response",
        "correct",
        "tries",
        "answered_at",
        "mastered_at",
    )
    return {"quiz-answers.json": list(QuizAnswer.objects.filter(user=user).values(*fields))}


def forget(user: User) -> None:
    QuizAnswer.objects.filter(user=user).update(response=[], first_response=None)


SECTION = Section(name="quizzes", models=frozenset({"quizzes.QuizAnswer"}), export=export, forget=forget)
