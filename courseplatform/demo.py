"""What the people of a demo have asked and answered before its visitor comes: ``content/demo/discussions.yaml``."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import yaml
from django.db import transaction
from django.utils import timezone

from courses.accounts.models import User
from courses.catalog.models import Course
from courses.cohorts.enrolling import enroll
from courses.discussions import writing
from courses.discussions.models import Post, Question, Where
from courses.discussions.places import Place
from courses.discussions.reading import Frame


def seed_discussions(file: Path) -> int:
    """Write the questions and answers of a file; how many posts those were. 0 where somebody has asked already."""
    plan = yaml.safe_load(file.read_text(encoding="utf-8"))
    course = Course.objects.get(slug=plan["course"])
    if Question.objects.filter(course=course).exists():
        return 0
    with transaction.atomic():
        for username, names in plan["people"].items():
            _member(username, names, course)
        return sum(_thread(course, asked) for asked in plan["questions"])


def _member(username: str, names: dict[str, str], course: Course) -> None:
    """Somebody who cannot sign in: nobody knows a password of theirs."""
    user, made = User.objects.get_or_create(username=username, defaults=names)
    if made:
        user.set_unusable_password()
        user.save(update_fields=["password"])
    enroll(user, course)


def _thread(course: Course, asked: dict[str, Any]) -> int:
    where, _colon, slug = asked["about"].partition(":")
    frame = _frame(course, asked)
    question = writing.ask(frame, _place(frame, where, slug), title=asked["title"], text=asked["text"], marked=False)
    _date(question.posts.get(), asked)
    for answered in asked.get("answers", ()):
        text, marked = answered["text"], answered.get("solution", False)
        post = writing.answer(_frame(course, answered), question, text=text, marked=marked)
        _date(post, answered)
        if answered.get("accepted"):
            writing.accept(frame, question, post)
    return question.posts.count()


def _frame(course: Course, written: dict[str, Any]) -> Frame:
    return Frame(User.objects.get(username=written["by"]), course)


def _place(frame: Frame, where: str, slug: str) -> Place:
    place = frame.places.get(Where(where).value, slug)
    if place is None:
        raise ValueError(f"the course {frame.course.slug} has no {where} called {slug}")
    return place


def _date(post: Post, written: dict[str, Any]) -> None:
    created = timezone.now() - timedelta(hours=written["hours"])
    Post.objects.filter(pk=post.pk).update(created=created)
    if post.opens:
        Question.objects.filter(pk=post.question_id).update(created=created)
