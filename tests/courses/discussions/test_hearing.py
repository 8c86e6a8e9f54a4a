"""Whoever follows a question hears of answers, by the bell and by mail; the API does what the pages do."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from courses.accounts.models import ApiToken, User
from courses.catalog.models import Exercise
from courses.cohorts.models import Role
from courses.discussions import awaiting, following, mailing
from courses.discussions.models import Follow, Question
from tests.courses.discussions.conftest import SOLUTION, answer, ask

pytestmark = pytest.mark.django_db


def test_one_mail_of_a_question_until_one_has_looked(
    client: Client, learner: User, peer: User, exercise: Exercise
) -> None:
    question = ask(learner, exercise.release.course, title="Which\u2028axis?")
    answer(peer, question)
    assert mailing.send_due() == 0  # nobody chose mails
    client.force_login(learner)
    client.post("/notices/mail/", {"on": "1"})
    client.get(question.get_absolute_url())
    assert mailing.send_due() == 0  # she has seen that one
    answer(peer, question, text=f"So:\n\n```\n{SOLUTION}\n```\n\nWITH CARE")
    answer(peer, question)
    assert (mailing.send_due(), mailing.send_due()) == (1, 0)
    (sent,) = mail.outbox
    assert sent.to == ["alice@example.org"]
    assert "\n" not in sent.subject
    assert f"http://testserver{question.get_absolute_url()}?post=" in sent.body
    client.get(question.get_absolute_url())
    answer(peer, question, text=f"```\n{SOLUTION}\n```\n\nWITH CARE")
    assert mailing.send_due() == 1
    assert ".softmax(" not in "".join(str(message.body) for message in mail.outbox)
    assert "WITH CARE" in mail.outbox[1].body
    client.post("/notices/mail/")
    client.get(question.get_absolute_url())
    answer(peer, question)
    assert mailing.send_due() == 0


def test_a_mail_speaks_the_readers_language(learner: User, peer: User, exercise: Exercise) -> None:
    question = ask(learner, exercise.release.course)
    User.objects.filter(pk=learner.pk).update(language="zh-hans")
    following.choose_mail(learner, wanted=True, site="https://learn.example.org")
    answer(peer, question, marked=True, text="SECRET")
    mailing.send_due()
    assert "新回答" in mail.outbox[0].subject
    assert "这条帖子含有解答" in mail.outbox[0].body
    assert "SECRET" not in mail.outbox[0].body


def test_following_starts_and_stops(client: Client, learner: User, peer: User, exercise: Exercise) -> None:
    question = ask(learner, exercise.release.course)
    client.force_login(peer)
    client.post(f"{question.get_absolute_url()}follow/", {"on": "1"})
    answer(learner, question)
    assert following.unseen(peer).count() == 1
    assert following.unseen(learner).count() == 0  # one's own answer is no news
    client.post("/notices/seen/")
    assert following.unseen(peer).count() == 0
    answer(learner, question)
    peer.enrollments.all().delete()
    assert following.unseen(peer).count() == 0  # what one may not see any more is no news
    client.post(f"{question.get_absolute_url()}follow/")
    assert Follow.objects.filter(user=peer).count() == 1  # not theirs to see: nothing happened


def test_questions_wait_for_those_who_teach_until_somebody_answers(
    client: Client, learner: User, peer: User, teacher: User, exercise: Exercise
) -> None:
    question = ask(learner, exercise.release.course, title="Who answers?")
    for user, told in ((teacher, True), (peer, False)):
        client.force_login(user)
        assert ("1 question waits for an answer" in client.get("/").content.decode()) is told
        assert ("Who answers?" in client.get("/notices/").content.decode()) is told
    assert client.post("/notices/questions/", {"on": "1"}).status_code == 404  # he teaches nothing
    client.force_login(teacher)
    client.post("/notices/questions/")
    assert "Who answers?" not in client.get("/notices/").content.decode()
    client.post("/notices/questions/", {"on": "1"})
    assert awaiting.awaiting(teacher).count() == 1
    answer(peer, question)
    assert awaiting.awaiting(teacher).count() == 0
    ask(teacher, exercise.release.course)
    assert awaiting.awaiting(teacher).count() == 0  # one's own


def test_an_assistant_hears_of_questions_once_they_want_to(learner: User, peer: User, exercise: Exercise) -> None:
    ask(learner, exercise.release.course)
    peer.enrollments.update(role=Role.ASSISTANT)
    assert awaiting.awaiting(peer).count() == 0
    awaiting.choose(peer, wanted=True)
    assert awaiting.awaiting(peer).count() == 1


def test_one_mail_tells_of_all_new_questions(learner: User, teacher: User, exercise: Exercise) -> None:
    User.objects.filter(pk=teacher.pk).update(language="zh-hans")
    ask(learner, exercise.release.course, title="BEFORE")
    following.choose_mail(teacher, wanted=True, site="https://learn.example.org")
    assert mailing.send_due() == 0
    first, second = (ask(learner, exercise.release.course, title=title) for title in ("FIRST", "SECOND"))
    assert (mailing.send_due(), mailing.send_due()) == (1, 0)
    (sent,) = mail.outbox
    assert "2 个新问题" in sent.subject
    assert all(f"https://learn.example.org{asked.get_absolute_url()}" in sent.body for asked in (first, second))
    assert "BEFORE" not in sent.body


class Api:
    def __init__(self, user: User) -> None:
        self._token = ApiToken.objects.issue(user=user, name="t")[1]

    def __call__(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        headers = {"Authorization": f"Bearer {self._token}"}
        data = json.dumps(body) if body is not None else ""
        answered = Client().generic(method, f"/api/v1{path}", data, content_type="application/json", headers=headers)
        return answered.status_code, json.loads(answered.content)


def test_the_api_asks_answers_accepts_and_withholds(learner: User, peer: User, dave: User, exercise: Exercise) -> None:
    hers, his, stranger = Api(learner), Api(peer), Api(dave)
    path = "/courses/models/discussions"
    status, made = hers("POST", path, {"title": "Which axis?", "text": "Which **one**?", "exercise": "softmax"})
    assert status == 201
    one = f"{path}/{made['id']}"
    assert stranger("GET", one)[0] == 404
    assert stranger("POST", path, {"title": "t", "text": "x"})[0] == 403
    assert stranger("GET", path)[1] == {"questions": [], "next": None}
    status, answered = his("POST", f"{one}/answers", {"text": f"See:\n\n```\n{SOLUTION}\n```"})
    assert (status, answered["state"]) == (201, "shown")
    assert [each["id"] for each in hers("GET", "/notices")[1]] == [made["id"]]
    posts = hers("GET", one)[1]["posts"]
    assert [post["state"] for post in posts] == ["shown", "part"]
    assert posts[1]["text"] == ""
    assert "softmax(" not in json.dumps(hers("GET", one)[1])
    assert his("POST", f"{one}/accept", {"post": answered["id"]})[0] == 403
    assert hers("POST", f"{one}/accept", {"post": answered["id"]})[1]["accepted"] == answered["id"]
    assert hers("POST", f"{one}/answers", {"text": " "}) == (
        400,
        {"type": "about:blank", "title": "Bad Request", "status": 400, "detail": "Write something first."},
    )
    assert hers("GET", f"{path}?exercise=nowhere")[0] == 404
    assert len(hers("GET", f"{path}?q=which&state=mine")[1]["questions"]) == 1
    assert Question.objects.count() == 1
