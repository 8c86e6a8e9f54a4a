"""What a reader gets of a post: all of it, what everybody may read of it, or that it is not there."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from courses.discussions.models import Post, PostQuerySet, Question
from courses.discussions.places import Place
from courses.discussions.reading import Frame, number
from courses.discussions.rendering import WITHHELD

PAGE = 50
EXCERPT = 200


@dataclass(frozen=True, kw_only=True)
class ShownPost:
    post: Post
    html: SafeString  #: empty: the reader gets none of it
    state: str  #: shown, part (without its solution), withheld (all of it), hidden or deleted
    mine: bool
    accepted: bool
    may_accept: bool
    may_edit: bool


@dataclass(frozen=True, kw_only=True)
class ShownQuestion:
    """A question with a page of its answers."""

    question: Question
    place: Place
    opening: ShownPost
    accepted: ShownPost | None  #: before all others, on the first page
    answers: list[ShownPost]
    later: int | None  #: where the next page begins; None: this is the last
    last_seen: int  #: number of the newest post on this page


def show(question: Question, frame: Frame, *, after: str = "") -> ShownQuestion:
    """The opening post, the accepted answer, then the others from ``after`` on, the oldest first."""
    begin = number(after)
    posts = question.posts.select_related("author", "hidden_by")
    answers = posts.filter(opens=False)
    rows = list(_after(answers, begin).exclude(pk=question.accepted_id or 0)[: PAGE + 1])
    first = [post for post in posts.filter(pk=question.accepted_id or 0) if begin is None]
    opening = posts.get(opens=True)
    shown = rows[:PAGE]
    return ShownQuestion(
        question=question,
        place=frame.places.shown(question.where, question.place),
        opening=show_post(opening, question, frame),
        accepted=next((show_post(post, question, frame) for post in first), None),
        answers=[show_post(post, question, frame) for post in shown],
        later=shown[-1].pk if len(rows) > PAGE else None,
        last_seen=max(post.pk for post in [opening, *shown, *(first if len(rows) <= PAGE else [])]),
    )


def _after(posts: PostQuerySet, begin: int | None) -> PostQuerySet:
    return posts if begin is None else posts.filter(pk__gt=begin)


def page_of(post: Post) -> str:
    """The ``after`` of the page on which an answer stands; empty: the first."""
    question = post.question
    if post.opens or post.pk == question.accepted_id:
        return ""
    before = question.posts.filter(opens=False, pk__lt=post.pk).exclude(pk=question.accepted_id or 0)
    place = before.count() // PAGE * PAGE
    return str(before.order_by("pk").values_list("pk", flat=True)[place - 1]) if place else ""


def show_post(post: Post, question: Question, frame: Frame) -> ShownPost:
    mine = post.author_id == frame.user.pk
    state = state_of(post, frame)
    html = post.html if state == "shown" else post.public_html if state == "part" else ""
    open_to_change = not post.is_deleted and post.hidden is None
    return ShownPost(
        post=post,
        html=_worded(html),
        state=state,
        mine=mine,
        accepted=post.pk == question.accepted_id,
        may_accept=not post.opens
        and open_to_change
        and (question.author_id == frame.user.pk or frame.moderates)
        and (question.closed is None or frame.moderates),
        may_edit=mine and open_to_change,
    )


def state_of(post: Post, frame: Frame) -> str:
    if post.is_deleted:
        return "deleted"
    if post.hidden is not None and not (frame.moderates or post.author_id == frame.user.pk):
        return "hidden"
    if frame.may_read_all(post):
        return "shown"
    return "part" if post.public_html else "withheld"


def _worded(html: str) -> SafeString:
    """The sanitised HTML, with words where a solution is left out."""
    words = _("Here stands code that may be a solution. You can read it once you have passed the exercise.")
    return mark_safe(html.replace(WITHHELD, f'<p class="withheld">{escape(words)}</p>'))  # noqa: S308  # sanitised


def excerpt(post: Post) -> str:
    """The beginning of what everybody may read of a post; said so where that is nothing."""
    if post.is_deleted or post.hidden is not None:
        return ""
    if not post.public_html:
        return _("This post holds a solution. You can read it once you have passed the exercise.")
    return Truncator(post.plain).chars(EXCERPT)
