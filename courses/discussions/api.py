"""Discussions in the API: what the pages do, by the same functions, and with the same rule of who reads a solution."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema, Status

from courses.accounts.models import User
from courses.api.auth import caller
from courses.discussions import following, writing
from courses.discussions.models import Question, Where
from courses.discussions.reading import Frame, Wanted, post_or_404, question_or_404, questions_of
from courses.discussions.showing import ShownPost, ShownQuestion, excerpt, show, show_post

router = Router(tags=["discussions"])


class NewQuestion(Schema):
    """What it is about: one of chapter, exercise and competition, by slug; none of them: the course. ``solution``: the
    text holds one, so that it is shown to those alone who have passed."""

    title: str
    text: str
    chapter: str = ""
    exercise: str = ""
    competition: str = ""
    solution: bool = False


class NewAnswer(Schema):
    text: str
    solution: bool = False


class Accepted(Schema):
    """The number of the answer; null: none."""

    post: int | None = None


@router.get("/courses/{course}/discussions", response=dict[str, Any])
def list_questions(
    request: HttpRequest,
    course: str,
    chapter: str = "",
    exercise: str = "",
    competition: str = "",
    state: str = "",
    q: str = "",
    before: str = "",
) -> dict[str, Any]:
    """Questions, the one with the newest post first. ``state``: unanswered, mine or following; ``next`` is the
    ``before`` of the next page."""
    frame = Frame.of(caller(request), course)
    places = {"chapter": chapter, "exercise": exercise, "competition": competition}
    page = questions_of(frame, Wanted.of(frame, {**places, "state": state, "q": q, "before": before}))
    rows = [_brief(listed.question, unseen=listed.unseen) for listed in [*page.pinned, *page.rows]]
    return {"questions": rows, "next": page.later}


@router.post("/courses/{course}/discussions", response={201: dict[str, Any]})
def ask(request: HttpRequest, course: str, body: NewQuestion) -> Status[dict[str, Any]]:
    frame = Frame.of(caller(request), course)
    places = {"chapter": body.chapter, "exercise": body.exercise, "competition": body.competition}
    place = Wanted.of(frame, places).place or frame.places.shown(Where.COURSE, "")
    made = writing.ask(frame, place, title=body.title, text=body.text, marked=body.solution)
    return Status(201, _whole(frame.user, course, made.pk))


@router.get("/courses/{course}/discussions/{int:question}", response=dict[str, Any])
def read_question(request: HttpRequest, course: str, question: int, after: str = "") -> dict[str, Any]:
    """A question with its answers; ``next`` is the ``after`` of the next page."""
    return _whole(caller(request), course, question, after=after)


@router.post("/courses/{course}/discussions/{int:question}/answers", response={201: dict[str, Any]})
def answer(request: HttpRequest, course: str, question: int, body: NewAnswer) -> Status[dict[str, Any]]:
    found = question_or_404(caller(request), course, question)
    frame = Frame(caller(request), found.course)
    post = writing.answer(frame, found, text=body.text, marked=body.solution)
    return Status(201, _post(show_post(post, found, frame)))


@router.post("/courses/{course}/discussions/{int:question}/accept", response=dict[str, Any])
def accept(request: HttpRequest, course: str, question: int, body: Accepted) -> dict[str, Any]:
    """Say which answer answers the question. Who has asked may, and staff."""
    user = caller(request)
    found = question_or_404(user, course, question)
    post = post_or_404(user, course, body.post) if body.post is not None else None
    writing.accept(Frame(user, found.course), found, post)
    return _whole(user, course, question)


@router.get("/notices", response=list[dict[str, Any]])
def notices(request: HttpRequest) -> list[dict[str, Any]]:
    """The questions that you follow with answers that you have not seen."""
    rows = following.unseen(caller(request)).select_related("question__course", "question__author")
    return [_brief(row.question, unseen=True) for row in rows.order_by("-question__latest")[:100]]


def _whole(user: User, course: str, pk: int, *, after: str = "") -> dict[str, Any]:
    found = question_or_404(user, course, pk)
    shown: ShownQuestion = show(found, Frame(user, found.course), after=after)
    posts = [shown.opening, *([shown.accepted] if shown.accepted else []), *shown.answers]
    return {**_brief(found), "posts": [_post(post) for post in posts], "next": shown.later}


def _brief(question: Question, *, unseen: bool = False) -> dict[str, Any]:
    return {
        "id": question.pk,
        "course": question.course.slug,
        "about": question.where,
        "slug": question.place,
        "title": str(question),
        "author": question.author.display_name,
        "created": question.created.isoformat(),
        "answers": question.answers,
        "accepted": question.accepted_id,
        "closed": question.closed is not None,
        "pinned": question.pinned is not None,
        "unseen": unseen,
    }


def _post(shown: ShownPost) -> dict[str, Any]:
    """``state``: shown, part (without its solution), withheld, hidden or deleted. Text where all is shown."""
    post = shown.post
    return {
        "id": post.pk,
        "author": post.author.display_name,
        "role": post.role,
        "created": post.created.isoformat(),
        "edited": post.edited.isoformat() if post.edited else None,
        "accepted": shown.accepted,
        "hidden": post.hidden is not None,
        "state": shown.state,
        "text": post.text if shown.state == "shown" else "",
        "html": str(shown.html),
        "excerpt": excerpt(post) if shown.state in ("part", "withheld") else "",
    }
