"""Everything by keyboard, from signing up to a certificate; what changes a part of a page leaves the focus in place."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import ROOT, Open, Platform
from tests.e2e.judging import Judge

EXERCISE = ROOT / "tests" / "graders" / "engine" / "exercises" / "double"
FILES = {
    "course.yaml": "title: {en: Steps}\nsummary: {en: Few.}\nlanguages: [en]\nlicence: CC0-1.0\npass_mark: 0.7\n",
    "01-steps/chapter.en.md": "---\ntitle: One step\nsummary: And a half.\nminutes: 5\n---\nRead.\n\n"
    "```{quiz} sum\n```\n\n```{exercise} double\n```\n",
    "01-steps/quizzes/sum.yaml": """\
title: {en: Check yourself}
questions:
  - id: two
    type: single
    text: {en: How much is 1 + 1?}
    choices:
      - {text: {en: one}, why: {en: Half of it.}}
      - {text: {en: two}, correct: true, why: {en: Yes.}}
""",
}
CODE = "def double(tensor):\nreturn 2 * tensor"  # the editor indents by itself


@pytest.fixture(scope="module")
def course(platform: Platform, tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("course") / "steps"
    for name, text in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    target = Path(shutil.copytree(EXERCISE, folder / "01-steps" / "exercises" / "double"))
    (target / "statement.en.md").write_text("Double it.\n")
    spec = target / "exercise.yaml"
    plain = re.sub(r", zh-hans: [^}]+", "", spec.read_text())
    spec.write_text(plain.replace("load_seconds: 4, seconds: 8", "load_seconds: 30, seconds: 20"))
    platform.manage("publish", str(folder))
    return "/courses/steps/"


def test_from_signing_up_to_a_certificate(enter: Open, course: str) -> None:
    page, judge = enter().new_page(), Judge()
    sign_up(page)
    page.goto(course)
    tab_to(page, "form[action$='/enroll/'] button")
    page.keyboard.press("Enter")
    expect(page.locator("form[action$='/enroll/']")).to_have_count(0)
    tab_to(page, ".page-head__actions a.button--primary")
    go(page, f"{course}chapters/steps/")
    answer_the_quiz(page)
    tab_to(page, ".card--exercise .card__foot a, .card--exercise a.button")
    go(page, f"{course}exercises/double/")
    hand_in(page)
    judge(page, "a grade", dark=False)
    page.goto(course)
    tab_to(page, "a[href$='/certificate/']")
    go(page, f"{course}certificate/")
    judge(page, "asking for a certificate", dark=False)
    tab_to(page, "main input[type=checkbox]")
    page.keyboard.press("Space")
    tab_to(page, "main input[type=text]")
    page.keyboard.type("Kim Keys")
    page.keyboard.press("Enter")
    page.wait_for_url("**/certificates/*/")
    expect(page.locator(".certificate__name")).to_have_text("Kim Keys")
    judge(page, "a certificate")
    assert judge.found == []


def sign_up(page: Page) -> None:
    page.goto("/")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # the first thing on a page leads past its header
    expect(page.locator("#main")).to_be_focused()
    page.goto("/accounts/signup/")
    tab_to(page, "#id_username")
    for text in ("keys", "keys@example.org", "a long walk uphill", "a long walk uphill"):
        page.keyboard.type(text)
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r":\d+/$"))


def answer_the_quiz(page: Page) -> None:
    tab_to(page, "form.quiz input[type=radio]")
    page.keyboard.press("Space")
    tab_to(page, "form.quiz button")
    page.keyboard.press("Enter")
    status = page.locator("form.quiz [role=status]")
    expect(status).not_to_be_empty()
    focus_is_kept(page)
    if "mastered" not in (status.text_content() or ""):  # choices stand in an order of the reader's own
        back_to(page, "form.quiz input[type=radio]")
        page.keyboard.press("ArrowDown")
        tab_to(page, "form.quiz button")
        page.keyboard.press("Enter")
    expect(status).to_contain_text("mastered")
    focus_is_kept(page)


def hand_in(page: Page) -> None:
    page.locator(".cm-content").wait_for()
    tab_to(page, ".cm-content")
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    page.keyboard.type(CODE)
    page.keyboard.press("Tab")  # inside the editor it indents, too
    expect(page.locator(".cm-content")).to_be_focused()
    assert "Esc" in page.locator("main").inner_text()  # the page says how to leave
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    expect(page.locator("#submit-button")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#submission[data-kind=submission][data-state=done]")).to_be_visible(timeout=60_000)
    focus_is_kept(page)
    expect(page.locator("#submission .score__value").first).to_have_text("3")  # of 4: one test reads data


def test_the_search_leads_to_an_exercise_and_hints_open(enter: Open) -> None:
    page = enter("student").new_page()
    page.goto("/")
    page.keyboard.press("/")
    expect(page.locator("dialog[open] input[type=search]")).to_be_focused()
    page.keyboard.type("scaled dot-product attention")
    expect(page.locator("dialog .hits li").first).to_contain_text("Scaled dot-product attention")
    page.keyboard.press("Escape")
    expect(page.locator("dialog[open]")).to_have_count(0)
    page.keyboard.press("/")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/courses/large-models/exercises/attention/")
    page.locator(".cm-content").wait_for()
    tab_to(page, ".cm-content")
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    page.keyboard.type("def attention(query, key, value, mask=None):\nreturn value")
    page.keyboard.press("Control+Shift+Enter")
    expect(page.locator("#submission[data-kind=submission][data-state=done]")).to_be_visible(timeout=60_000)
    page.keyboard.press("Escape")  # out of the editor
    tab_to(page, "#submission .hint > summary")
    page.keyboard.press("Enter")
    expect(page.locator("#submission .hint[open] p").first).to_be_visible()


def test_who_has_gone_down_to_a_hit_stays_there_when_later_hits_come(enter: Open) -> None:
    page = enter("student").new_page()
    page.goto("/search/?q=attention")
    page.locator("[data-finder] .hits a").first.wait_for()
    with page.expect_response("**/search/*part=hits*"):
        page.locator("#finder-q").press_sequentially(" ")
        page.keyboard.press("ArrowDown")
        first = page.locator("[data-finder] .hits a").first
        expect(first).to_be_focused()
    expect(page.locator("[data-hits]")).to_have_attribute("aria-busy", "false")
    expect(page.locator("[data-finder] .hits a").first).to_be_focused()


def focus_is_kept(page: Page) -> None:
    """After a part of the page was replaced: a reader who is thrown back to the top has lost their place."""
    expect(page.locator(":focus")).to_have_count(1)


def go(page: Page, address: str) -> None:
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{address}*")


def back_to(page: Page, selector: str, *, presses: int = 60) -> None:
    tab_to(page, selector, presses=presses, key="Shift+Tab")


def tab_to(page: Page, selector: str, *, presses: int = 60, key: str = "Tab") -> None:
    for _ in range(presses):
        page.keyboard.press(key)
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"{selector} is not reached with {presses} presses of Tab")
