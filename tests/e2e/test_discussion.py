"""A discussion in a real browser, in both languages: asked, answered, accepted; a solution hidden, then shown."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import LOCALES, Open, Platform
from tests.e2e.judging import Judge
from tests.e2e.test_browser_walk import SOLUTION, enroll, shoot, sign_up

BENCH = "/courses/large-models/exercises/attention/"
QUESTION = "Why divide by the root?\n\n```python\nscores = q @ k.T  # large?\n```\n\nWith $\\sqrt{d}$, I mean."


@pytest.mark.parametrize("language", LOCALES)
def test_asked_answered_accepted_and_a_solution_read_once_it_is_ones_own(
    enter: Open,
    browser: Browser,
    platform: Platform,
    language: str,
) -> None:
    judge = Judge()
    asker = enter("", language).new_page()
    sign_up(asker, f"asker-{language}")
    enroll(asker)
    address = asked(asker, judge)
    shoot(asker, f"discussion-asked-{language}")
    staff = enter("instructor", language).new_page()
    staff.goto(address)
    staff.wait_for_load_state()
    staff.fill("#id_text", f"Like **this**:\n\n```python\n{SOLUTION}\n```\n\nThe variance grows.")
    expect(staff.locator(".post-preview strong")).to_have_text("this")  # while one types
    staff.locator("form[data-keeps] .button--primary").click()
    expect(staff.locator(".post .badge--info")).to_be_visible()
    told_by_the_bell(asker, judge)
    answer = asker.locator(".posts .post")
    expect(answer).to_contain_text("The variance grows.")
    expect(answer.locator(".withheld")).to_be_visible()
    expect(answer).not_to_contain_text("softmax")
    judge(asker, "a question with a solution withheld")
    answer.locator("button[name=on]").click()
    expect(answer.locator(".badge--good")).to_be_visible()
    shoot(asker, f"discussion-withheld-{language}")
    hand_in(asker)
    asker.goto(address)
    expect(asker.locator(".posts .withheld")).to_have_count(0)
    expect(asker.locator(".posts .post")).to_contain_text("softmax")
    shoot(asker, f"discussion-shown-{language}")
    judge(asker, "a question with its solution")
    assert judge.found == []


def asked(page: Page, judge: Judge) -> str:
    """From the workbench to a question of one's own; a text that is refused is still there."""
    page.goto(BENCH)
    page.locator("a[href*='/discussions/?exercise=attention']").click()
    judge(page, "a list of questions")
    page.locator(".page-head__actions a[href*='/ask/']").click()
    expect(page.locator("#id_about")).to_have_value("exercise:attention")
    page.wait_for_load_state()  # what follows the typing has begun to listen
    page.fill("#id_text", QUESTION)
    expect(page.locator(".post-preview math")).to_be_visible()
    judge(page, "asking")
    page.goto("/courses/")
    page.go_back()
    page.goto("/courses/large-models/discussions/ask/?exercise=attention")
    expect(page.locator("#id_text")).to_have_value(QUESTION)  # the page was left, the text was kept
    page.fill("#id_title", "Why the root?")
    page.locator("form[data-keeps] .button--primary").click()
    page.wait_for_url(re.compile(r"/discussions/\d+/$"))
    expect(page.locator(".post math")).to_be_visible()
    return page.url


def told_by_the_bell(page: Page, judge: Judge) -> None:
    page.goto("/")
    expect(page.locator(".icon-link__count")).to_have_text("1")
    page.locator("a[href='/notices/']").click()
    judge(page, "notices")
    expect(page.locator(".questions")).not_to_contain_text("softmax")
    page.locator(".questions__title a").click()
    expect(page.locator(".icon-link__count")).to_have_count(0)


def hand_in(page: Page) -> None:
    """Pass the exercise, with what a page without a script sends: quicker than typing."""
    page.goto(BENCH)
    page.evaluate(
        """code => {
            const form = document.querySelector("#submit-button").form;
            const data = new FormData(form);
            for (const name of [...data.keys()]) if (name.startsWith("file")) data.set(name, code);
            return fetch(form.getAttribute("action"), { method: "POST", body: data }).then((answer) => answer.status);
        }""",
        SOLUTION,
    )
    page.goto(BENCH)
    page.locator("#earlier a").first.click()
    expect(page.locator("#submission[data-state=done]")).to_be_visible(timeout=60_000)
