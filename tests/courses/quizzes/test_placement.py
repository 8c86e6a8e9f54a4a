"""The placement quiz tells a newcomer where to begin, keeps nothing, and gives no key away."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client

from courses.accounts.models import User
from courses.authoring.publish import publish
from courses.authoring.source.folder import read_course
from courses.authoring.source.tree import CourseInvalid
from courses.quizzes.models import QuizAnswer
from tests.courses.authoring.sample import FILES, Urls, write_course

PAGE = "/courses/sums/placement/"
PLACEMENT = """\
title: {en: Where to begin, zh-hans: 从哪里开始}
questions:
  - id: one
    chapter: start
    type: single
    text: {en: One and one?, zh-hans: 一加一？}
    choices: [{text: {en: two, zh-hans: 二}, correct: true}, {text: {en: three, zh-hans: 三}}]
    why: {en: WHY-ONE, zh-hans: 理由一}
  - id: half
    chapter: start
    type: number
    text: {en: Half of one?, zh-hans: 一的一半？}
    answer: 0.5
    why: {en: WHY-HALF, zh-hans: 理由二}
  - id: next
    chapter: next
    type: number
    params: {n: [4]}
    text: {en: "Twice {{n}}?", zh-hans: "{{n}} 的两倍？"}
    answer: 2 * n
"""


@pytest.fixture
def choices(db: None, tmp_path: Path) -> dict[str, str]:
    """The ids of the choices of the first question, by their English text."""
    release = publish(write_course(tmp_path, changes={"placement.yaml": PLACEMENT}), by=None)
    return {choice["text"]["en"]: choice["id"] for choice in release.placement.spec[0]["choices"]}


def test_a_stranger_finds_it_and_the_page_has_no_keys(choices: dict[str, str], client: Client) -> None:
    assert PAGE in client.get("/courses/sums/").content.decode()
    page = client.get(PAGE).content.decode()
    assert "One and one?" in page
    assert "Twice 4?" in page
    for secret in ("WHY-", "Right.", 'data-verdict="', "Begin with"):
        assert secret not in page


@pytest.mark.parametrize(
    ("first", "half", "following", "start"),
    [
        ("two", "0.5", "8", None),
        ("two", "1/2", "9", "/courses/sums/chapters/next/"),
        ("two", "", "8", "/courses/sums/chapters/start/"),
        ("three", "0.5", "8", "/courses/sums/chapters/start/"),
        ("", "what?", "", "/courses/sums/chapters/start/"),
    ],
)
def test_it_names_the_first_chapter_that_is_not_known(
    choices: dict[str, str], client: Client, first: str, half: str, following: str, start: str | None
) -> None:
    page = client.post(PAGE, {"q-one": choices.get(first, ""), "q-half": half, "q-next": following}).content.decode()
    advice = page[page.index('id="result"') : page.index('<form class="quiz"')]
    if start is None:
        assert "You know it all" in advice
    else:
        assert f'class="button button--primary" href="{start}"' in advice
    assert ("WHY-HALF" in page) is (half in ("0.5", "1/2"))
    assert ("cannot be read as a number" in page) is (half == "what?")
    assert "disabled" not in page[page.index('<form class="quiz"') :]


def test_nothing_is_kept_and_an_empty_form_says_so(choices: dict[str, str], client: Client, alice: User) -> None:
    client.force_login(alice)
    assert "Nothing was answered yet." in client.post(PAGE).content.decode()
    page = client.post(PAGE, {"q-one": choices["two"], "q-half": "0.5"}).content.decode()
    assert "Begin with chapter 2: The next" in page
    assert not QuizAnswer.objects.exists()


def test_a_course_without_one_has_no_such_page(db: None, client: Client, tmp_path: Path) -> None:
    publish(write_course(tmp_path), by=None)
    assert client.get(PAGE).status_code == 404
    assert PAGE not in client.get("/courses/sums/").content.decode()


def test_each_of_its_questions_names_a_chapter_and_no_other_quiz_does(tmp_path: Path) -> None:
    quiz = FILES["01-start/quizzes/start.yaml"].replace("  - id: even\n", "  - id: even\n    chapter: start\n")
    wrong = PLACEMENT.replace("    chapter: next\n", "").replace("chapter: start", "chapter: begin", 1)
    folder = write_course(tmp_path, changes={"placement.yaml": wrong, "01-start/quizzes/start.yaml": quiz})
    with pytest.raises(CourseInvalid) as caught:
        read_course(folder, Urls())
    assert [str(problem).split(", expected")[0] for problem in caught.value.problems] == [
        "01-start/quizzes/start.yaml:14: the question `even` names a chapter",
        "placement.yaml:4: question `one`: there is no chapter `begin`",
        "placement.yaml:15: question `next`: no chapter is named",
    ]
