"""All nine kinds of questions from a course folder to a learner's answers: parameters, hints, tries, penalties."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.utils import translation

from courses.accounts.models import User
from courses.authoring.publish import publish
from courses.catalog.models import ChapterProgress, Course
from courses.catalog.progress import refresh
from courses.quizzes.kinds import own_answer
from courses.quizzes.models import Quiz, QuizAnswer
from courses.quizzes.showing import shown_quizzes
from courses.quizzes.standing import drawn, points
from tests.courses.authoring.sample import FILES, write_course

CHAPTER, ANSWER = "/courses/sums/chapters/next/", "/courses/sums/quizzes/kinds/answer/"
KINDS = """\
title: {en: All kinds, zh-hans: 各种题型}
attempts: 3
penalty: 0.25
questions:
  - id: count
    type: number
    params: {kernel: [3, 5, 7], channels: [4, 8]}
    text:
      en: "How many weights has a {{kernel}}×{{kernel}} kernel with {{channels}} channels? $x^{{{kernel}}}$"
      zh-hans: "{{kernel}}×{{kernel}} 的卷积核、{{channels}} 个通道，共有多少个权重？"
    answer: channels * kernel**2
    hints: [{en: HINT-ONE, zh-hans: 提示一}, {en: HINT-TWO, zh-hans: 提示二}]
    why: {en: "WHY {{channels * kernel**2}}", zh-hans: "共 {{channels * kernel**2}} 个"}
  - id: loss
    type: text
    text: {en: Which loss?, zh-hans: 哪种损失？}
    answer: [KEYWORD-entropy, 交叉熵]
  - id: slope
    type: formula
    text: {en: "The derivative of $x^2$?", zh-hans: "$x^2$ 的导数？"}
    variables: [x]
    answer: "2*x"
  - id: output
    type: code-output
    params: {n: [2, 3]}
    text: {en: What is printed?, zh-hans: 输出什么？}
    code: print(sum(range({{n}})), "KEYOUT")
    answer: "{{n * (n - 1) / 2}} KEYOUT"
  - id: steps
    type: order
    text: {en: Order the steps., zh-hans: 给步骤排序。}
    items: [{en: first, zh-hans: 第一}, {en: second, zh-hans: 第二}, {en: third, zh-hans: 第三}]
  - id: partners
    type: match
    attempts: 1
    penalty: 0
    points: 2
    text: {en: Which belongs to which?, zh-hans: 配对。}
    pairs:
      - {text: {en: sigmoid, zh-hans: S 形}, partner: {en: "(0, 1)", zh-hans: （0，1）}}
      - {text: {en: tanh, zh-hans: 双曲}, partner: {en: "(-1, 1)", zh-hans: （-1，1）}}
    extra: [{en: everything, zh-hans: 全部}]
"""


@pytest.fixture
def quiz(db: None, tmp_path: Path) -> Quiz:
    chapters = {
        f"02-next/chapter.{language}.md": FILES[f"02-next/chapter.{language}.md"] + "\n```{quiz} kinds\n```\n"
        for language in ("en", "zh-hans")
    }
    publish(write_course(tmp_path, changes={**chapters, "02-next/quizzes/kinds.yaml": KINDS}), by=None)
    return Quiz.objects.get(slug="kinds")


def own(quiz: Quiz, reader: User) -> dict[str, Any]:
    """The right answers of this reader, as a form sends them."""
    return {f"q-{q['id']}": own_answer(drawn(q, quiz=quiz.slug, reader=reader.pk)) for q in quiz.spec}


def test_each_learner_answers_a_draw_of_their_own(quiz: Quiz, client: Client, alice: User) -> None:
    seen = {drawn(quiz.spec[0], quiz="kinds", reader=reader)["answer"] for reader in range(1, 60)}
    assert seen == {channels * kernel**2 for channels in (4, 8) for kernel in (3, 5, 7)}
    client.force_login(alice)
    page = client.get(CHAPTER).content.decode()
    mine = drawn(quiz.spec[0], quiz="kinds", reader=alice.pk)["text"]["en"]["legend"]
    assert mine.split("$")[0][:40] in page
    assert "{{" not in page


def test_before_an_answer_the_page_has_no_key_and_no_explanation(quiz: Quiz, client: Client, alice: User) -> None:
    client.force_login(alice)
    page = client.get(CHAPTER).content.decode()
    shown = page[page.index('id="quiz-kinds"') :]
    for secret in ("KEYWORD", "交叉熵", "WHY", "2*x", "1 KEYOUT", "3 KEYOUT", 'data-verdict="'):
        assert secret not in shown, secret
    assert "HINT-ONE" in shown
    assert "You have 3 tries." in shown


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_all_kinds_are_answered_in_one_form_and_mastered(
    quiz: Quiz, client: Client, alice: User, language: str
) -> None:
    client.force_login(alice)
    client.cookies["django_language"] = language
    page = client.post(ANSWER, own(quiz, alice), headers={"HX-Request": "true"}).content.decode()
    assert not re.search("aria-invalid", page)
    assert ("this quiz is mastered" if language == "en" else "掌握") in page
    assert QuizAnswer.objects.filter(user=alice, mastered_at__isnull=False).count() == 6


def test_a_wrong_try_costs_points_and_the_last_one_tells_the_answer(quiz: Quiz, client: Client, alice: User) -> None:
    client.force_login(alice)
    right = own(quiz, alice)
    places = [f"{item.split(' ')[0]} {place}" for item, place in zip(right["q-steps"], "213", strict=True)]
    pairs = [right["q-partners"][0].split(" ")[0], right["q-partners"][1].split(" ")[0]]
    other = right["q-partners"][1].split(" ")[1]
    wrong = {"q-loss": "hinge", "q-steps": places, "q-partners": [f"{pairs[0]} {other}", f"{pairs[1]} {other}"]}
    page = client.post(ANSWER, wrong, headers={"HX-Request": "true"}).content.decode()
    assert "At least two stand in each other" in page
    assert "2 tries are left." in page
    assert "No tries are left." in page
    assert "sigmoid → (0, 1)" in page
    assert "KEYWORD" not in page
    client.post(ANSWER, {"q-steps": right["q-steps"], "q-partners": right["q-partners"]})
    steps, partners = QuizAnswer.objects.get(question="steps"), QuizAnswer.objects.get(question="partners")
    specs = {question["id"]: question for question in quiz.spec}
    assert points(specs["steps"], steps) == 0.75
    assert (partners.mastered_at, points(specs["partners"], partners)) == (None, 0.0)
    for _ in range(3):
        client.post(ANSWER, {"q-loss": "hinge"})
    assert QuizAnswer.objects.get(question="loss").tries == 3
    assert "KEYWORD-entropy" in client.get(CHAPTER).content.decode()


def test_what_cannot_be_read_costs_no_try_and_stays_in_the_form(quiz: Quiz, client: Client, alice: User) -> None:
    client.force_login(alice)
    one = own(quiz, alice)["q-steps"][0]
    strange = {"q-slope": "2y +", "q-steps": [one, ""], "q-partners": ["nobody nothing"], "q-count": "lots"}
    page = client.post(ANSWER, strange, headers={"HX-Request": "true"}).content.decode()
    assert 'value="2y +"' in page
    assert f'<option value="{one}" selected>' in page
    assert "Give each place once." in page
    assert not QuizAnswer.objects.exists()


def test_a_chapter_is_done_when_its_questions_are_closed(quiz: Quiz, client: Client, alice: User) -> None:
    client.force_login(alice)
    client.get(CHAPTER)
    right = own(quiz, alice)
    for _ in range(3):
        client.post(ANSWER, {**right, "q-loss": "hinge"})
    refresh(alice, Course.objects.get())
    assert ChapterProgress.objects.get(chapter="next").done_at is not None


def test_a_stranger_sees_the_first_draw(quiz: Quiz) -> None:
    with translation.override("en"):
        shown = shown_quizzes([quiz], AnonymousUser(), course_id=quiz.release.course_id)["kinds"]
    assert "3×3 kernel with 4" in shown.questions[0].legend
