"""The questions that wait for those who teach: told until somebody has answered them, or staff have closed them.

Nothing is kept of who has seen them: a question that one instructor has only read still waits for all of them.
"""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q

from courses.accounts.models import User
from courses.cohorts.models import Enrollment, Role
from courses.cohorts.rules import staff_roles_of
from courses.discussions.models import Post, Question, QuestionChoice, QuestionQuerySet


def awaiting(user: User) -> QuestionQuerySet:
    """Open questions of others without an answer, in what somebody teaches and wants to hear of; one query.

    Instructors hear of all of their courses unless they said no, assistants once they said yes.
    """
    said = QuestionChoice.objects.filter(user=user)
    assisted = Enrollment.objects.filter(user=user, role=Role.ASSISTANT).values("course")
    taught = Q(course__in=Enrollment.objects.instructed_by(user))
    asked_for = Q(Exists(said.filter(wanted=True)), course__in=assisted)
    hidden = Post.objects.filter(question=OuterRef("pk"), opens=True).exclude(hidden=None)
    rows = Question.objects.visible_to(user).unanswered().filter(taught | asked_for).exclude(author=user)
    return rows.exclude(Exists(hidden)).exclude(Exists(said.filter(wanted=False)))


def wants(user: User) -> bool:
    chosen = QuestionChoice.objects.filter(user=user).first()
    return chosen.wanted if chosen is not None else Role.INSTRUCTOR in staff_roles_of(user)


def choose(user: User, *, wanted: bool) -> None:
    QuestionChoice.objects.update_or_create(user=user, defaults={"wanted": wanted})
