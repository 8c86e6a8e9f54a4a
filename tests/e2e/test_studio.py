"""A newcomer writes a chapter in the studio, by typing: mistakes are shown, tests are checked, and it can be undone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.courses.authoring.sample import write_course
from tests.e2e.conftest import Open, Platform

STUDIO, CHAPTER = "/studio/sums/", "/courses/sums/chapters/running-averages/"
CHECKED_MS = 120_000


@pytest.fixture(scope="module")
def course(platform: Platform, tmp_path_factory: pytest.TempPathFactory) -> None:
    platform.manage("publish", str(write_course(tmp_path_factory.mktemp("course"))))


def test_from_an_empty_chapter_to_students_and_back(enter: Open, course: None) -> None:
    page = enter("admin").new_page()
    start_a_chapter(page)
    write_a_sentence(page)
    make_a_release(page)
    check_its_exercise(page)
    page.goto(f"{STUDIO}2/")
    page.get_by_role("button", name="Publish", exact=True).click()
    page.goto(CHAPTER)
    expect(page.locator("main")).to_contain_text("Averages of our own")
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


def make_a_release(page: Page) -> None:
    page.goto(f"{STUDIO}files/")
    page.get_by_role("button", name="Make a release of it").click()
    page.wait_for_url(f"**{STUDIO}2/")
    expect(page.locator("main")).to_contain_text("Running averages")
    assert page.request.get(CHAPTER).status == 404  # nobody sees it yet


def check_its_exercise(page: Page) -> None:
    page.goto(f"{STUDIO}2/checks/")
    row = page.locator("#check-running-averages")
    page.get_by_role("button", name="Check what is not checked yet").click()
    expect(row.get_by_text("proved", exact=True)).to_be_visible(timeout=CHECKED_MS)
    expect(row).to_contain_text("% strong")


def go_back(page: Page) -> None:
    """In Chinese: what happened is in the history, and the release before it is everybody's again."""
    page.goto(f"{STUDIO}1/")
    page.locator("form[action$='/publish/'] button").click()
    page.goto(STUDIO)
    expect(page.get_by_role("row", name="#2")).to_contain_text("以前的版本")
    expect(page.get_by_role("row", name="#1")).to_contain_text("当前")
    assert page.request.get(CHAPTER).status == 404
