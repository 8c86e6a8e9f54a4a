"""Who hears of answers: on the pages, and by e-mail where they chose so."""

from __future__ import annotations

from django.db.models import F, Max, QuerySet
from django.utils.translation import gettext as _

from courses.accounts.models import User
from courses.discussions.models import Follow, MailChoice, Question
from courses.discussions.refusing import PostRefused

MOST_FOLLOWED = 1000


def follow(user: User, question: Question, *, seen: int) -> None:
    """Hear of a question's answers after this post. Who follows already has seen up to it."""
    row, created = Follow.objects.get_or_create(user=user, question=question, defaults={"seen": seen, "mailed": seen})
    if not created:
        note_seen(row, seen)
    elif Follow.objects.filter(user=user).count() > MOST_FOLLOWED:
        Follow.objects.filter(user=user).order_by("pk")[0].delete()


def unfollow(user: User, question: Question) -> None:
    Follow.objects.filter(user=user, question=question).delete()


def note_seen(row: Follow, seen: int) -> None:
    Follow.objects.filter(pk=row.pk, seen__lt=seen).update(seen=seen)


def unseen(user: User) -> QuerySet[Follow]:
    """The questions that somebody follows, may still see, and has not seen the last post of."""
    visible = Question.objects.visible_to(user)
    return Follow.objects.filter(user=user, question__latest__gt=F("seen"), question__in=visible)


def count_unseen(user: User, *, most: int) -> int:
    """How many those are, up to ``most``. Most readers have nothing new, as a query by their own rows alone tells."""
    if not Follow.objects.filter(user=user, question__latest__gt=F("seen")).exists():
        return 0
    return unseen(user)[:most].count()


def mark_all_seen(user: User) -> None:
    for row in unseen(user).select_related("question"):
        note_seen(row, row.question.latest)


def wants_mail(user: User) -> bool:
    return MailChoice.objects.filter(user=user).exists()


def choose_mail(user: User, *, wanted: bool, site: str) -> None:
    """Have answers mailed that one has not seen, or no more. Raises ``PostRefused`` where there is no address.

    Args:
        site: what addresses in the mails begin with, e.g. ``https://learn.example.org``.
    """
    if not wanted:
        MailChoice.objects.filter(user=user).delete()
        return
    if not user.email:
        raise PostRefused(_("Give an e-mail address in your profile first."))
    newest = Question.objects.aggregate(newest=Max("pk"))["newest"] or 0
    fresh = {"site": site, "questions": newest}
    MailChoice.objects.update_or_create(user=user, defaults={"site": site}, create_defaults=fresh)
