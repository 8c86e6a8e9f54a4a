"""A quiz in its chapter's page: with and without scripts, keys kept, retried until mastered."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from courses.accounts.models import User
from courses.catalog.models import ChapterProgress, Course
from courses.quizzes.models import Quiz, QuizAnswer
from courses.quizzes.showing import shown_quizzes

CHAPTER = "/courses/sums/chapters/start/"
ANSWER = "/courses/sums/quizzes/start/answer/"


@pytest.fixture
def ids(sums: Course) -> dict[str, str]:
    """Choice ids by their English text."""
    quiz = Quiz.objects.get(slug="start")
    return {choice["text"]["en"]: choice["id"] for question in quiz.spec for choice in question.get("choices", [])}


def right(ids: dict[str, str]) -> dict[str, Any]:
    return {
        "q-sum": [ids["two"]],
        "q-even": [ids["four"], ids["six"]],
        "q-count": "９０９８",
        "q-shape": "1×28×28",
    }


def test_before_an_answer_neither_keys_nor_explanations_are_in_the_page(
    client: Client, sums: Course, alice: User
) -> None:
    client.force_login(alice)
    page = client.get(CHAPTER).content.decode()
    assert "What is" in page
    assert "WHY-" not in page
    assert "9098" not in page
    assert "28, 28]" not in page
    assert "data-verdict" not in page


def test_all_right_masters_the_quiz(client: Client, sums: Course, alice: User, ids: dict[str, str]) -> None:
    client.force_login(alice)
    response = client.post(ANSWER, right(ids))
    assert response.status_code == 302
    assert response.headers["Location"] == f"{CHAPTER}#quiz-start"
    page = client.get(CHAPTER).content.decode()
    assert "this quiz is mastered" in page
    for why in ("WHY-ONE", "WHY-TWO", "WHY-SUM", "WHY-COUNT"):
        assert why in page
    assert "Check again" not in page
    assert QuizAnswer.objects.filter(user=alice, mastered_at__isnull=False).count() == 4


def test_a_wrong_choice_is_explained_and_the_right_one_kept(
    client: Client, sums: Course, alice: User, ids: dict[str, str]
) -> None:
    client.force_login(alice)
    client.post(ANSWER, {"q-sum": ids["one"], "q-count": "9099"})
    page = client.get(CHAPTER).content.decode()
    assert "WHY-ONE" in page
    assert "WHY-TWO" not in page
    assert "WHY-SUM" not in page
    assert "WHY-COUNT" not in page
    assert 'value="9099"' in page
    assert "0 of 4 right" in page
    assert "Check again" in page


def test_it_is_retried_until_mastered_and_then_stays(
    client: Client, sums: Course, alice: User, ids: dict[str, str]
) -> None:
    client.force_login(alice)
    client.post(ANSWER, {"q-sum": ids["one"]})
    client.post(ANSWER, {"q-sum": ids["two"]})
    row = QuizAnswer.objects.get(question="sum")
    assert (row.tries, row.correct) == (2, True)
    client.post(ANSWER, {"q-sum": ids["one"]})
    row.refresh_from_db()
    assert (row.tries, row.correct, row.response) == (2, True, [ids["two"]])


def test_each_reader_has_an_order_of_choices_of_their_own(sums: Course) -> None:
    quiz = Quiz.objects.get()

    def order(reader: int) -> list[str]:
        user = User(pk=reader)
        return [choice.id for choice in shown_quizzes([quiz], user, course_id=sums.pk)["start"].questions[1].choices]

    orders = {tuple(order(reader)) for reader in range(1, 40)}
    assert len(orders) == 6  # all orders of three choices
    assert order(1) == order(1)
    quiz.spec[1]["shuffle"] = False
    assert {tuple(order(reader)) for reader in range(1, 40)} == {tuple(c["id"] for c in quiz.spec[1]["choices"])}


def test_a_part_of_the_questions_may_be_answered(
    client: Client, sums: Course, alice: User, ids: dict[str, str]
) -> None:
    client.force_login(alice)
    client.post(ANSWER, {"q-sum": ids["two"], "q-count": "", "q-shape": "  "})
    assert list(QuizAnswer.objects.values_list("question", flat=True)) == ["sum"]


def test_with_htmx_only_the_quiz_comes_back(client: Client, sums: Course, alice: User, ids: dict[str, str]) -> None:
    client.force_login(alice)
    page = client.post(ANSWER, {"q-sum": ids["two"]}, headers={"HX-Request": "true"}).content.decode()
    assert page.strip().startswith('<form class="quiz" id="quiz-start"')
    assert "<html" not in page
    assert "1 of 4 right" in page
    assert 'role="status"' in page


def test_what_cannot_be_read_is_no_try_and_stays_in_its_field(client: Client, sums: Course, alice: User) -> None:
    client.force_login(alice)
    for headers in ({}, {"HX-Request": "true"}):
        response = client.post(ANSWER, {"q-count": "lots <b>", "q-shape": "N,N"}, headers=headers)
        page = response.content.decode()
        assert response.status_code == 200
        assert "cannot be read as a number" in page
        assert "cannot be read as a shape" in page
        assert 'value="lots &lt;b&gt;"' in page
    assert not QuizAnswer.objects.exists()


def test_a_stranger_is_sent_to_sign_in_and_comes_back_to_the_quiz(client: Client, sums: Course) -> None:
    response = client.post(ANSWER, {"q-count": "1"})
    assert response.status_code == 302
    assert response.headers["Location"] == f"/accounts/login/?next={CHAPTER}%23quiz-start"
    with_htmx = client.post(ANSWER, {"q-count": "1"}, headers={"HX-Request": "true"})
    assert with_htmx.headers["HX-Redirect"].startswith("/accounts/login/")
    assert not QuizAnswer.objects.exists()


def test_answers_are_each_readers_own(
    client: Client, sums: Course, alice: User, bob: User, ids: dict[str, str]
) -> None:
    client.force_login(alice)
    client.post(ANSWER, right(ids))
    client.force_login(bob)
    assert "WHY-" not in client.get(CHAPTER).content.decode()


@pytest.mark.parametrize("path", ["/courses/none/quizzes/start/answer/", "/courses/sums/quizzes/none/answer/"])
def test_an_unknown_quiz_is_a_404(client: Client, sums: Course, alice: User, path: str) -> None:
    client.force_login(alice)
    assert client.post(path).status_code == 404


def test_it_takes_posts_with_a_token_only(sums: Course, alice: User) -> None:
    careful = Client(enforce_csrf_checks=True)
    careful.force_login(alice)
    assert careful.get(ANSWER).status_code == 405
    assert careful.post(ANSWER, {"q-count": "1"}).status_code == 403


def test_foreign_and_many_values_do_no_harm(client: Client, sums: Course, alice: User, ids: dict[str, str]) -> None:
    client.force_login(alice)
    client.post(ANSWER, {"q-sum": [ids["one"]] * 500, "q-other": "x", "q-count": "1" * 5000, "q-even": ["zz"]})
    assert set(QuizAnswer.objects.values_list("question", flat=True)) == {"sum", "count"}
    assert QuizAnswer.objects.get(question="sum").response == [ids["one"]]


def test_mastering_the_last_of_a_chapters_work_marks_it_as_done(
    client: Client, sums: Course, alice: User, ids: dict[str, str]
) -> None:
    client.force_login(alice)
    client.get(CHAPTER)
    Course.objects.update(chapter_done="quiz-and-exercises")
    sums.current_release.exercises.all().delete()  # type: ignore[union-attr]  # a published course has a release
    client.post(ANSWER, right(ids))
    assert ChapterProgress.objects.get(chapter="start").done_at is not None


def test_every_field_has_a_name_for_those_who_do_not_see_it(client: Client, sums: Course, alice: User) -> None:
    client.force_login(alice)
    page = client.get(CHAPTER).content.decode()
    form = page[page.index('<form class="quiz"') :]
    form = form[: form.index("</form>")]
    assert form.count("<fieldset") == form.count("<legend>") == 4
    for field in re.findall(r'<input class="input" id="([^"]+)"', form):
        assert f'for="{field}"' in form
    assert 'aria-labelledby="quiz-start-title"' in form
