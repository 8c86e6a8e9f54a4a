"""What staff do about posts and questions, each with its line in the audit trail; and what readers report."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.accounts.models import User
from courses.discussions import writing
from courses.discussions.models import Post, Question, Reason, Report, Ruling
from courses.discussions.reading import Frame
from courses.discussions.refusing import PostForbidden, PostRefused, TooManyPosts
from courses.discussions.rendering import clean_line
from workers.audit import trail
from workers.audit.trail import PERSON

MOST_PINNED = 5
REPORTS_A_DAY = 20


def hide(frame: Frame, post: Post, *, reason: str) -> None:
    """Take a post from everybody but its author and staff, who see why. Open reports of it are settled."""
    _check(frame)
    reason = clean_line(reason)[:300]
    if not reason:
        raise PostRefused(_("Say why: the author and the audit trail are told."))
    with transaction.atomic():
        changes = {"hidden": timezone.now(), "hidden_because": reason, "hidden_by": frame.user}
        if Post.objects.filter(pk=post.pk, hidden=None).update(**changes) != 1:
            raise PostRefused(_("This post is hidden already."))
        Question.objects.filter(accepted=post).update(accepted=None)
        _settle(post)
        writing.count(post.question)
        _tell(frame, "post.hide", post, reason=reason)


def restore(frame: Frame, post: Post) -> None:
    _check(frame)
    with transaction.atomic():
        rows = Post.objects.filter(pk=post.pk).exclude(hidden=None)
        if rows.update(hidden=None, hidden_because="", hidden_by=None) == 1:
            writing.count(post.question)
            _tell(frame, "post.restore", post)


def rule(frame: Frame, post: Post, ruling: Ruling) -> None:
    """Say that a post holds a solution, that it holds none, or leave it to its author and to what it looks like."""
    _check(frame)
    if post.is_deleted:
        raise PostRefused(_("There is nothing left of this post."))
    if ruling == Ruling.SOLUTION and not frame.places.shown(post.question.where, post.question.place).exercises:
        raise PostRefused(_("There is no exercise here that one could have passed. Hide the post instead."))
    with transaction.atomic():
        writing.rewrite(post, frame, ruling=ruling)
        _tell(frame, "post.rule", post, ruling=ruling.value)


def close(frame: Frame, question: Question, *, closed: bool) -> None:
    """Let a question take no more answers, or take them again."""
    _check(frame)
    with transaction.atomic():
        rows = Question.objects.filter(pk=question.pk, closed__isnull=closed)
        if rows.update(closed=timezone.now() if closed else None) == 1:
            _tell(frame, "question.close" if closed else "question.reopen", question)


def pin(frame: Frame, question: Question, *, pinned: bool) -> None:
    """Keep a question at the top of its lists, or no more. Raises ``PostRefused`` where there are enough of them."""
    _check(frame)
    others = Question.objects.filter(course=frame.course, pinned__isnull=False)
    here = others.filter(where=question.where, place=question.place)
    if pinned and here.exclude(pk=question.pk).count() >= MOST_PINNED:
        words = {"count": MOST_PINNED}
        raise PostRefused(_("%(count)d questions are pinned here already. Unpin one first.") % words)
    with transaction.atomic():
        rows = Question.objects.filter(pk=question.pk, pinned__isnull=pinned)
        if rows.update(pinned=timezone.now() if pinned else None) == 1:
            _tell(frame, "question.pin" if pinned else "question.unpin", question)


def report(frame: Frame, post: Post, *, reason: Reason, note: str) -> None:
    """Tell staff that a post should not be there. Doing it again changes what was said."""
    if post.author_id == frame.user.pk:
        raise PostRefused(_("This is your own post: you can change or delete it."))
    today = Report.objects.filter(user=frame.user, created__gt=timezone.now() - timedelta(days=1))
    if today.count() >= REPORTS_A_DAY:
        raise TooManyPosts(_("You have reported many posts today. Write to who runs the course."))
    values = {"reason": reason, "note": clean_line(note)[:300], "settled": None}
    Report.objects.update_or_create(post=post, user=frame.user, defaults=values)


def dismiss(frame: Frame, post: Post) -> None:
    """Let a reported post stand."""
    _check(frame)
    with transaction.atomic():
        if _settle(post):
            _tell(frame, "post.let_stand", post)


def open_reports(user: User, frame: Frame) -> list[Report]:
    """What waits for staff, the oldest first."""
    rows = Report.objects.visible_to(user).still_open().filter(post__question__course=frame.course)
    return list(rows.select_related("post__question__course", "post__author", "user")[:100])


def _settle(post: Post) -> int:
    return Report.objects.filter(post=post, settled=None).update(settled=timezone.now())


def _check(frame: Frame) -> None:
    if not frame.moderates:
        raise PostForbidden(_("Staff of the course do this."))


def _tell(frame: Frame, action: str, subject: Post | Question, **details: str) -> None:
    """Whose post it was and where: never what it said."""
    noun = "post" if isinstance(subject, Post) else "question"
    about = {"course": frame.course.slug, "author": subject.author.username, **details}
    trail.record(f"{PERSON}{frame.user.pk}", action, subject=f"{noun}:{subject.pk}", details=about)
