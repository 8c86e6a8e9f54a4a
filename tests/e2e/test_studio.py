"""A newcomer writes a chapter in the studio, by typing: mistakes shown, tests checked, a grade given, all undone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from courses.authoring.starting import SKELETON
from tests.courses.authoring.sample import write_course
from tests.e2e.conftest import Open, Platform

STUDIO, CHAPTER = "/studio/sums/", "/courses/sums/chapters/running-averages/"
FILES = "03-running-averages"
SOLUTION = SKELETON / "exercises" / "SLUG" / "solution.py"
QUESTION = """
  - id: typed-by-me
    type: shape
    text: {en: "Which shape has the average?", zh-hans: "平均值是什么形状？"}
    answer: []
"""
ASKED = 'check.gradient(student.run(slope, x, w), w / w.sum(), name="the gradient for x")'
NOT_ASKED = "student.weighted_average(w, x)"
CUT = 'test_gradients_flow."""\n\n\ndef weighted_average(x, w):\n    return ((w * x).sum() / w.sum()).detach()'
SUM = 'test_values."""\n\n\ndef weighted_average(x, w):\n    return x.sum()'
CHECKED_MS = 120_000


@pytest.fixture(scope="module")
def course(platform: Platform, tmp_path_factory: pytest.TempPathFactory) -> None:
    platform.manage("publish", str(write_course(tmp_path_factory.mktemp("course"))))


def test_from_an_empty_chapter_to_a_grade_and_back(enter: Open, platform: Platform, course: None) -> None:
    page = enter("admin").new_page()
    start_a_chapter(page)
    write_a_sentence(page)
    change(page, "quizzes/running-averages.yaml", "", QUESTION)
    change(page, "exercises/running-averages/mutants/cut.py", CUT, SUM)
    change(page, "exercises/running-averages/test_hidden.py", ASKED, NOT_ASKED)
    make_a_release(page, 2)
    see_what_no_test_notices(page)
    change(page, "exercises/running-averages/test_hidden.py", NOT_ASKED, ASKED)
    make_a_release(page, 3)
    check_its_exercise(page)
    page.goto(f"{STUDIO}3/")
    page.get_by_role("button", name="Publish", exact=True).click()
    page.goto(CHAPTER)
    expect(page.locator("main")).to_contain_text("Averages of our own")
    expect(page.locator("main")).to_contain_text("Which shape has the average?")
    get_a_grade(platform)
    go_back(enter("admin", language="zh-hans").new_page())


def start_a_chapter(page: Page) -> None:
    page.goto(f"{STUDIO}files/")
    page.fill("#chapter", "running-averages")
    page.get_by_role("button", name="Start").click()
    page.wait_for_url(f"**{STUDIO}edit/03-running-averages/chapter.en.md")
    expect(page.locator("#preview math").first).to_be_visible()
    expect(page.locator("#preview [lang='zh-hans']").first).to_be_attached()


def write_a_sentence(page: Page) -> None:
    """A mistake is shown while it stands there; a text that is saved is kept."""
    editor = page.locator("#text")
    editor.focus()
    page.keyboard.press("Control+End")
    page.keyboard.type("\n## Averages of our own\n\nA {unknown}`word` and $\\frac{1$.\n")
    expect(page.locator("#preview")).to_contain_text("the role {unknown} is unknown")
    expect(page.locator("#preview")).to_contain_text("a `{` is not closed")
    editor.fill(editor.input_value().replace("{unknown}`word`", "word").replace("{1$", "{1}{2}$"))
    expect(page.locator("#preview mfrac").last).to_be_visible()
    expect(page.locator("#preview")).not_to_contain_text("unknown")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".toast, .notice, [role=status]").first).to_be_visible()


def change(page: Page, path: str, old: str, new: str) -> None:
    """Change a file of the chapter, or put something at its end."""
    page.goto(f"{STUDIO}edit/{FILES}/{path}")
    editor = page.locator("#text")
    text = editor.input_value()
    assert old in text
    editor.fill(text.replace(old, new, 1) if old else text.rstrip() + new)
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".toast, .notice, [role=status]").first).to_be_visible()


def make_a_release(page: Page, number: int) -> None:
    """What changes for students is listed, against what they have; they still have that."""
    page.goto(f"{STUDIO}files/")
    page.get_by_role("button", name="Make a release of it").click()
    page.wait_for_url(f"**{STUDIO}{number}/")
    main = page.locator("main")
    expect(main).to_contain_text("What it changes against release 1")
    for title in ("Running averages", "A weighted average"):
        expect(main.locator(".changes li", has_text=title).first).to_contain_text("new")
    assert page.request.get(CHAPTER).status == 404  # nobody sees it yet


def see_what_no_test_notices(page: Page) -> None:
    """A test that asks for no gradient misses a mistake: its author is told so, with the mistake as a difference."""
    page.goto(f"{STUDIO}2/checks/")
    row = page.locator("#check-running-averages")
    page.get_by_role("button", name="Check what is not checked yet").click()
    expect(page.get_by_role("status").first).to_contain_text("being checked")
    expect(row.get_by_text("not proved", exact=True)).to_be_visible(timeout=CHECKED_MS)
    row.get_by_text("that no test notices").click()
    expect(row.locator("details pre").first).to_contain_text("-    return")


def check_its_exercise(page: Page) -> None:
    page.goto(f"{STUDIO}3/checks/")
    row = page.locator("#check-running-averages")
    page.get_by_role("button", name="Check what is not checked yet").click()
    expect(row.get_by_text("proved", exact=True)).to_be_visible(timeout=CHECKED_MS)
    expect(row).to_contain_text("% strong")


def get_a_grade(platform: Platform) -> None:
    alice = platform.client("alice")
    alice.enroll("sums")
    done = alice.grade("sums", "running-averages", {"submission.py": SOLUTION.read_text(encoding="utf-8")})
    assert done["score"] == done["max_score"] == 5, done


def go_back(page: Page) -> None:
    """In Chinese: what happened is in the history, and the release before it is everybody's again."""
    page.goto(f"{STUDIO}1/")
    page.locator("form[action$='/publish/'] button").click()
    page.goto(STUDIO)
    expect(page.get_by_role("row", name="#3")).to_contain_text("以前的版本")
    expect(page.get_by_role("row", name="#1")).to_contain_text("当前")
    assert page.request.get(CHAPTER).status == 404
