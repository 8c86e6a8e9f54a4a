"""Asking, answering, accepting, editing, deleting: on pages without a script, and what is refused."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from courses.accounts import personal
from courses.accounts.models import User
from courses.catalog.models import Course, Exercise
from courses.discussions import writing
from courses.discussions.models import Follow, Post, Question, Where
from courses.discussions.models.posts import MAX_TEXT
from courses.discussions.reading import PAGE, Frame
from tests.courses.discussions.conftest import answer, ask

pytestmark = pytest.mark.django_db

LIST = "/courses/models/discussions/"


def test_one_asks_another_answers_and_the_asker_accepts(
    client: Client, learner: User, peer: User, teacher: User, exercise: Exercise
) -> None:
    client.force_login(learner)
    assert "Nobody has asked anything yet" in client.get(LIST).content.decode()
    form = {"about": "exercise:softmax", "title": "Which axis?", "text": "Along **which** axis?"}
    page = client.post(f"{LIST}ask/", form, follow=True).content.decode()
    question = Question.objects.get()
    assert "<strong>which</strong>" in page
    client.force_login(teacher)
    client.post(question.get_absolute_url(), {"text": "The last one."})
    client.force_login(peer)
    client.post(question.get_absolute_url(), {"text": "Any."})
    his, hers = Post.objects.get(author=peer), Post.objects.get(author=teacher)
    assert client.post(f"{LIST}posts/{his.pk}/accept/", {"on": "1"}).status_code == 404
    client.force_login(learner)
    assert "2 questions" not in client.get("/").content.decode()
    assert "1 question with new answers" in client.get("/").content.decode()
    assert "Any." in client.get("/notices/").content.decode()
    client.post(f"{LIST}posts/{his.pk}/accept/", {"on": "1"})
    page = client.get(question.get_absolute_url()).content.decode()
    assert page.index("Any.") < page.index("The last one.")  # the accepted one comes first
    assert "Accepted answer" in page
    assert "Instructor" in page
    assert "with new answers" not in client.get("/").content.decode()  # she has seen them
    assert hers.role == "instructor"


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"title": "", "text": "x"}, "Give the question a title"),
        ({"title": "t" * 151, "text": "x"}, "The title has 151 characters; 150 are allowed"),
        ({"title": "t", "text": " \n"}, "Write something first"),
        (
            {"title": "t", "text": "x" * (MAX_TEXT + 1)},
            f"The text has {MAX_TEXT + 1} characters; {MAX_TEXT} are allowed",
        ),
    ],
)
def test_what_is_refused_is_told_and_kept(
    client: Client, learner: User, exercise: Exercise, form: dict[str, str], sentence: str
) -> None:
    client.force_login(learner)
    answered = client.post(f"{LIST}ask/", {"about": "exercise:softmax", **form})
    assert answered.status_code == 400
    assert sentence in answered.content.decode()
    assert form["text"].strip() in answered.content.decode()
    assert not Question.objects.exists()


def test_a_preview_needs_no_script_and_keeps_the_text(client: Client, learner: User, exercise: Exercise) -> None:
    client.force_login(learner)
    form = {"about": "exercise:softmax", "title": "t", "text": "See **this**", "preview": "1"}
    page = client.post(f"{LIST}ask/", form).content.decode()
    assert "See <strong>this</strong>" in page
    assert "See **this**" in page
    assert not Question.objects.exists()
    assert "<strong>this</strong>" in client.post(f"{LIST}preview/", {"text": "See **this**"}).content.decode()


def test_who_writes_too_fast_waits_and_loses_nothing(client: Client, learner: User, exercise: Exercise) -> None:
    question = ask(learner, exercise.release.course)
    for _number in range(9):
        answer(learner, question)
    client.force_login(learner)
    refused = client.post(question.get_absolute_url(), {"text": "one too many"})
    assert refused.status_code == 400
    assert "Wait a little" in refused.content.decode()
    assert "one too many" in refused.content.decode()


def test_editing_says_so_and_deleting_leaves_the_answers_of_others(
    client: Client, learner: User, peer: User, exercise: Exercise
) -> None:
    course = exercise.release.course
    question = ask(learner, course)
    post = answer(peer, question, text="KEPT")
    opening = question.posts.get(opens=True)
    client.force_login(learner)
    client.post(f"{LIST}posts/{opening.pk}/edit/", {"title": "Another title", "text": "Another text"})
    page = client.get(question.get_absolute_url()).content.decode()
    assert "Another title" in page
    assert "edited" in page
    assert client.post(f"{LIST}posts/{post.pk}/edit/", {"text": "mine now"}).status_code == 404
    assert client.post(f"{LIST}posts/{post.pk}/delete/").status_code == 404
    client.post(f"{LIST}posts/{opening.pk}/delete/")
    page = client.get(question.get_absolute_url()).content.decode()
    assert "Another" not in page
    assert "KEPT" in page
    client.force_login(peer)
    client.post(f"{LIST}posts/{post.pk}/delete/")
    question.refresh_from_db()
    assert (question.answers, question.latest) == (0, opening.pk)
    alone = ask(peer, course)
    client.post(f"{LIST}posts/{alone.posts.get().pk}/delete/")
    assert not Question.objects.filter(pk=alone.pk).exists()


def test_a_page_costs_the_same_however_much_is_written(
    client: Client, learner: User, peer: User, exercise: Exercise
) -> None:
    course = exercise.release.course
    client.force_login(learner)
    first = ask(peer, course)
    answer(peer, first)
    costs = {}
    for address in (LIST, first.get_absolute_url(), "/notices/", f"{LIST}?q=axis"):
        client.get(address)
        with CaptureQueriesContext(connection) as few:
            client.get(address)
        costs[address] = len(few)
    Post.objects.all().update(created="2020-01-01T00:00:00Z")
    for number in range(8):
        another = ask(peer if number % 2 else learner, course, title=f"Axis {number}")
        answer(learner, first)
        answer(peer, another)
        Post.objects.all().update(created="2020-01-01T00:00:00Z")
    for address, cost in costs.items():
        client.get(address)
        with CaptureQueriesContext(connection) as many:
            client.get(address)
        assert len(many) <= cost + 2, address  # a title of a question that is followed, and how many are new, once
        assert cost < 25


def test_lists_are_narrowed_searched_and_paged_by_key(
    client: Client, learner: User, peer: User, exercise: Exercise
) -> None:
    course = exercise.release.course
    questions = [ask(learner, course, title=f"Question {number}") for number in range(4)]
    chinese = ask(learner, course, title="为什么用点积？", where=Where.CHAPTER, slug="attention")
    answer(peer, questions[0], text="Because of the NUMERATOR.")
    client.force_login(peer)

    def titles(query: str) -> list[str]:
        page = client.get(LIST + query)
        assert page.status_code == 200, query
        return [row.question.title for row in (*page.context["page"].pinned, *page.context["page"].rows)]

    assert titles("")[:2] == ["Question 0", "为什么用点积？"]  # the newest answer brings it up
    assert titles("?chapter=attention") == ["为什么用点积？"]
    assert titles("?q=numerator") == ["Question 0"]
    assert titles("?q=点积") == ["为什么用点积？"]
    assert titles("?state=unanswered&exercise=softmax") == ["Question 3", "Question 2", "Question 1"]
    assert titles("?state=mine") == []
    assert titles("?state=following") == ["Question 0"]
    assert titles(f"?before={chinese.posts.get().pk}") == ["Question 3", "Question 2", "Question 1"]
    assert titles("?before=x&q=%25_%27&state=nonsense") == []
    assert client.get(f"{LIST}?chapter=nowhere").status_code == 404
    assert PAGE > 5


def test_many_answers_come_in_pages_and_each_is_reached_by_its_address(
    client: Client, learner: User, peer: User, exercise: Exercise
) -> None:
    question = ask(learner, exercise.release.course)
    frame = Frame(peer, question.course)
    kept = vars(writing.write("x", frame, frame.places.shown("course", ""), marked=False))
    posts = Post.objects.bulk_create(
        Post(question=question, author=peer, index="", **{**kept, "html": f"<p>number {number};</p>"})
        for number in range(120)
    )
    writing.count(question)
    client.force_login(learner)
    page = client.get(question.get_absolute_url()).content.decode()
    assert "number 49;" in page
    assert "number 50;" not in page
    assert "120 answers" in page
    assert client.get("/notices/").content.decode().count("questions__title") == 1  # she has seen one page only
    last = client.get(posts[119].get_absolute_url().split("#")[0]).content.decode()
    assert "number 119;" in last
    assert "number 99;" not in last
    assert client.get("/notices/").content.decode().count("questions__title") == 0


def test_who_leaves_takes_their_words_along(learner: User, peer: User, exercise: Exercise) -> None:
    course = exercise.release.course
    answered, alone = ask(learner, course, text="MY WORDS"), ask(learner, course, text="MY OTHER WORDS")
    other = ask(peer, course)
    answer(peer, answered, text="HIS WORDS")
    answer(learner, other, text="MY ANSWER")
    assert b"MY ANSWER" in personal.archive_of(learner) or len(personal.archive_of(learner)) > 500
    personal.delete_account(learner)
    assert [post.text for post in Post.objects.order_by("pk")] == ["", "Along which axis?", "HIS WORDS"]
    assert not Question.objects.filter(pk=alone.pk).exists()
    other.refresh_from_db()
    assert other.answers == 0
    assert not Follow.objects.filter(user=learner).exists()


def test_strangers_meet_a_way_in_and_no_question(client: Client, learner: User, bob: User, exercise: Exercise) -> None:
    question = ask(learner, exercise.release.course, title="SECRET TITLE")
    client.force_login(bob)
    page = client.get(LIST).content.decode()
    assert "SECRET" not in page
    assert "enroll" in page.lower()
    assert client.get(question.get_absolute_url()).status_code == 404
    assert client.get(f"{LIST}ask/").status_code == 404
    assert "SECRET" not in client.get("/search/?q=secret").content.decode()
    client.logout()
    assert client.get(LIST).status_code == 302


def test_a_cohort_that_keeps_to_itself_is_heard_by_itself_alone(
    client: Client, learner: User, peer: User, teacher: User, course: Course, exercise: Exercise
) -> None:
    closed = course.cohorts.create(slug="school", own_discussions=True)
    learner.enrollments.update(cohort=closed)
    hers, his = ask(learner, course, title="HERS"), ask(peer, course, title="HIS")
    seen = {}
    for user in (learner, peer, teacher):
        client.force_login(user)
        page = client.get(LIST).content.decode() + client.get("/search/?q=which").content.decode()
        seen[user.username] = [title for title in ("HERS", "HIS") if title in page]
    assert seen == {"alice": ["HERS", "HIS"], "bob": ["HIS"], "carol": ["HERS", "HIS"]}
    assert (hers.cohort, his.cohort) == (closed, None)
