"""By keyboard alone from the search to a grade and its hints."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.e2e.conftest import Open


def test_the_search_leads_to_an_exercise_and_hints_open(enter: Open) -> None:
    page = enter("student").new_page()
    page.goto("/")
    page.keyboard.press("/")
    expect(page.locator("dialog[open] input[type=search]")).to_be_focused()
    page.keyboard.type("scaled dot-product attention")
    expect(page.locator("dialog .hits li").first).to_contain_text("Scaled dot-product attention")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/courses/large-models/exercises/attention/")
    page.locator(".cm-content").wait_for()
    tab_to(page, ".cm-content")
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    page.keyboard.type("def attention(query, key, value, mask=None):\nreturn value")  # it indents by itself
    page.keyboard.press("Tab")  # inside the editor it indents, too
    expect(page.locator(".cm-content")).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")  # and after Esc it leaves
    expect(page.locator("#submit-button")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#submission[data-kind=submission][data-state=done]")).to_be_visible(timeout=60_000)
    tab_to(page, "#submission .hint > summary")
    page.keyboard.press("Enter")
    expect(page.locator("#submission .hint[open] p").first).to_be_visible()


def tab_to(page: Page, selector: str, *, presses: int = 60) -> None:
    for _ in range(presses):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"{selector} is not reached with {presses} presses of Tab")
