"""The one owner of what people write: asking, answering, editing, deleting, accepting. Pages and the API call it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.discussions import following
from courses.discussions.models import Follow, Post, Question, Revision, Ruling
from courses.discussions.models.posts import MAX_TEXT, MAX_TITLE
from courses.discussions.places import Place, cohort_for
from courses.discussions.reading import Frame
from courses.discussions.refusing import PostForbidden, PostRefused, TooManyPosts
from courses.discussions.rendering import clean_line, clean_text, language_of, parse, to_html
from courses.discussions.spoiling import Spoils, gives_away, spoils
from courses.search.indexing import plain
from courses.search.words import fold

#: How many posts one person may write in how long; staff answer whole classes.
LIMITS = ((timedelta(minutes=10), 10), (timedelta(days=1), 60))
STAFF_TIMES = 10


@dataclass(frozen=True, kw_only=True)
class Written:
    """A text as it is kept."""

    text: str
    html: str
    public_html: str
    plain: str
    language: str
    spoils: list[str]


def ask(frame: Frame, place: Place, *, title: str, text: str, marked: bool) -> Question:
    """Ask something about a place. Raises ``PostRefused``: too long or too fast, a title with a solution, no member."""
    if not frame.may_write_about(place):
        raise PostForbidden(_("Enroll in the course to write in its discussions."))
    title = _clean_title(title, frame, place)
    written = write(text, frame, place, marked=marked)
    with transaction.atomic():
        _check_pace(frame)
        question = Question.objects.create(
            course=frame.course,
            where=place.where,
            place=place.slug,
            cohort=cohort_for(place, frame.course, frame.user),
            author=frame.user,
            title=title,
        )
        post = _add(question, written, frame, marked=marked, opens=True)
        Question.objects.filter(pk=question.pk).update(latest=post.pk)
        Follow.objects.create(user=frame.user, question=question, seen=post.pk, mailed=post.pk)
    return question


def answer(frame: Frame, question: Question, *, text: str, marked: bool) -> Post:
    """Answer a question, and follow it. Raises ``PostRefused`` as ``ask``, and where the question is closed."""
    place = frame.places.shown(question.where, question.place)
    if question.closed is not None and not frame.moderates:
        raise PostForbidden(_("This question is closed: it takes no more answers."))
    if not frame.may_write_about(place):
        raise PostForbidden(_("Enroll in the course to write in its discussions."))
    written = write(text, frame, place, marked=marked)
    with transaction.atomic():
        _check_pace(frame)
        locked = Question.objects.select_for_update(of=("self",)).get(pk=question.pk)
        post = _add(locked, written, frame, marked=marked, opens=False)
        count(locked)
        following.follow(frame.user, locked, seen=post.pk)
    return post


def edit(frame: Frame, post: Post, *, title: str, text: str, marked: bool) -> bool:
    """Change one's own post; what it said is kept for oneself and for staff. False: it says what it said.

    A word of staff that it holds no solution was about the text as it was, and so goes.
    """
    if post.author_id != frame.user.pk or post.is_deleted or post.hidden is not None:
        raise PostForbidden(_("You can change your own posts alone, and none that staff have hidden."))
    question = post.question
    place = frame.places.shown(question.where, question.place)
    new_title = _clean_title(title, frame, place) if post.opens else ""
    ruling = Ruling.SOLUTION if post.ruling == Ruling.SOLUTION else Ruling.NONE
    written = write(text, frame, place, marked=marked or ruling == Ruling.SOLUTION)
    old_title = question.title if post.opens else ""
    if (post.text, post.marked, old_title) == (written.text, marked, new_title):
        return False
    with transaction.atomic():
        _check_pace(frame)
        Revision.objects.create(post=post, title=old_title, text=post.text)
        if post.opens:
            Question.objects.filter(pk=question.pk).update(title=new_title)
        changes = _kept(written, title=new_title) | {"marked": marked, "ruling": ruling, "edited": timezone.now()}
        Post.objects.filter(pk=post.pk).update(**changes)
    return True


def delete(frame: Frame, post: Post) -> bool:
    """Take one's own post away; whether its question is gone with it. Answers of others stay, with the question."""
    if post.author_id != frame.user.pk:
        raise PostForbidden(_("You can delete your own posts alone."))
    with transaction.atomic():
        question = Question.objects.select_for_update(of=("self",)).get(pk=post.question_id)
        if not post.opens:
            Post.objects.filter(pk=post.pk).delete()
            count(question)
            return False
        if not question.posts.filter(opens=False).exists():
            question.delete()
            return True
        empty(post)
    return False


def empty(post: Post) -> None:
    """Leave the place of a post, and nothing of what it said."""
    gone: dict[str, Any] = dict.fromkeys(("text", "html", "public_html", "plain", "index", "ruling"), "")
    Post.objects.filter(pk=post.pk).update(**gone, spoils=[], marked=False)
    Revision.objects.filter(post=post).delete()
    if post.opens:
        Question.objects.filter(pk=post.question_id).update(title="")


def accept(frame: Frame, question: Question, post: Post | None) -> None:
    """Say which answer answers the question, or that none does. The asker may, and staff."""
    if question.author_id != frame.user.pk and not frame.moderates:
        raise PostForbidden(_("Who has asked accepts an answer, and staff do."))
    if post is not None and (post.question_id != question.pk or post.opens or post.hidden is not None):
        raise PostRefused(_("This is no answer to that question."))
    Question.objects.filter(pk=question.pk).update(accepted=post)


def count(question: Question) -> None:
    """Work out anew what a question tells of its posts: how many answers it has, and which post is the last."""
    standing = question.posts.filter(opens=False, hidden=None)
    opening = question.posts.get(opens=True).pk
    latest = standing.aggregate(latest=Max("pk"))["latest"] or opening
    Question.objects.filter(pk=question.pk).update(answers=standing.count(), latest=latest)


def write(text: str, frame: Frame, place: Place, *, marked: bool, clear: bool = False) -> Written:
    """A text rendered, with and without what would give a solution away. Raises ``PostRefused``.

    Args:
        marked: all of it is a solution, of the exercises of this place.
        clear: staff say that it holds none, whatever it looks like.
    """
    text = clean_text(text)
    if not text:
        raise PostRefused(_("Write something first."), field="text")
    if len(text) > MAX_TEXT:
        words = {"count": len(text), "limit": MAX_TEXT}
        told = _("The text has %(count)d characters; %(limit)d are allowed. Shorten it.") % words
        raise PostRefused(told, field="text")
    parsed = parse(text)
    found = Spoils() if clear else spoils(parsed, frame.course, asked_in=place.exercises)
    whole = marked and bool(place.exercises)
    slugs = sorted({*found.exercises, *(place.exercises if whole else ())})
    public = "" if whole or found.prose else to_html(parsed, withheld=found.blocks)
    return Written(
        text=text,
        html=to_html(parsed),
        public_html=public,
        plain=plain(public),
        language=language_of(text),
        spoils=slugs,
    )


def _add(question: Question, written: Written, frame: Frame, *, marked: bool, opens: bool) -> Post:
    kept = _kept(written, title=question.title if opens else "")
    role = frame.role if frame.moderates else ""
    return Post.objects.create(question=question, author=frame.user, opens=opens, role=role, marked=marked, **kept)


def _kept(written: Written, *, title: str) -> dict[str, Any]:
    return {**vars(written), "index": fold(f"{title}\n{written.plain}")}


def rewrite(post: Post, frame: Frame, *, ruling: Ruling) -> None:
    """Render a post again because staff have said something about it and solutions."""
    place = frame.places.shown(post.question.where, post.question.place)
    marked = post.marked if ruling == Ruling.NONE else ruling == Ruling.SOLUTION
    written = write(post.text, frame, place, marked=marked, clear=ruling == Ruling.CLEAR)
    kept = _kept(written, title=post.question.title if post.opens else "")
    Post.objects.filter(pk=post.pk).update(**kept, ruling=ruling)


def _clean_title(title: str, frame: Frame, place: Place) -> str:
    title = clean_line(title)
    if not title:
        words = _("Give the question a title: what would somebody with the same question look for?")
        raise PostRefused(words, field="title")
    if len(title) > MAX_TITLE:
        counts = {"count": len(title), "limit": MAX_TITLE}
        told = _("The title has %(count)d characters; %(limit)d are allowed. Shorten it.") % counts
        raise PostRefused(told, field="title")
    if gives_away(title, frame.course, asked_in=place.exercises):
        words = _("Everybody reads the title: put code into the text, where it can be withheld.")
        raise PostRefused(words, field="title")
    return title


def _check_pace(frame: Frame) -> None:
    times = STAFF_TIMES if frame.moderates else 1
    now = timezone.now()
    for span, most in LIMITS:
        mine = {"author": frame.user, "created__gt": now - span}
        edited = Revision.objects.filter(post__author=frame.user, until__gt=now - span)
        if Post.objects.filter(**mine).count() + edited.count() >= most * times:
            raise TooManyPosts(_("You have written a lot in a short time. Wait a little; your text is still here."))
