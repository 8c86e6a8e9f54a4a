"""A bundled competition played through in a real browser, in both languages: from joining to the private board."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect

from tests.e2e.conftest import ROOT, Platform
from tests.e2e.test_browser_walk import WORDS, shoot, sign_up

FOLDER = ROOT / "content" / "large-models" / "competitions" / "shifted-digits"
ADDRESS = "/competitions/shifted-digits/"
BASELINE = (FOLDER / "baselines" / "logistic.csv").read_text()


@pytest.fixture(params=WORDS)
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def page(browser: Browser, language: str, platform: Platform) -> Iterator[Page]:
    context = browser.new_context(locale=WORDS[language]["locale"], base_url=platform.url)
    opened = context.new_page()
    complaints: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        if message.type == "error" and "400" not in message.text:  # a refused entry is an answer of 400
            complaints.append(f"{message.text} at {message.location}")

    opened.on("console", listen)
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    yield opened
    context.close()
    assert complaints == []


def better(count: int) -> str:
    """The baseline with the first so many rows put right: somebody who has thought about the shift."""
    with (FOLDER / "hidden" / "labels.csv").open(newline="") as file:
        right = list(csv.reader(file))
    rows = [line.split(",") for line in BASELINE.strip().split("\n")]
    return "\n".join(",".join(row) for row in [*right[: count + 1], *rows[count + 1 :]]) + "\n"


def test_from_joining_to_the_private_board(page: Page, language: str) -> None:
    sign_up(page, f"player-{language}")
    page.locator(".site-nav a[href='/competitions/']").click()
    page.locator(f".card__title a[href='{ADDRESS}']").click()
    shoot(page, f"competition-{language}")
    page.locator("#join input[name=accept]").check()
    page.locator("#join button").click()
    expect(page.locator("#file-1")).to_be_visible()
    hand_in(page, BASELINE.replace("t0003,", "t3,"))
    expect(page.locator(".notice--error")).to_contain_text("t3")
    shoot(page, f"competition-refused-{language}")
    first = scored(page, better(400))
    second = scored(page, better(800))
    assert 0 < first < second < 1
    page.goto(f"{ADDRESS}leaderboard/")
    expect(page.locator(".board__mine")).to_contain_text(f"player-{language}")
    expect(page.locator(".board__baseline")).to_have_count(2, timeout=90_000)  # the board renews itself
    assert page.locator("nav a[href='?board=private']").count() == 0
    assert page.goto(f"{ADDRESS}leaderboard/?board=public").status == 200  # type: ignore[union-attr]  # it answers
    page.goto(f"{ADDRESS}entries/")
    expect(page.locator(".history__dot")).to_have_count(2)
    page.locator("input[name=final]").last.check()  # the weaker one
    page.locator("#entries form button").click()
    shoot(page, f"competition-entries-{language}")
    page.goto(f"{ADDRESS}entries/finish/")
    page.locator("main form .button--primary").click()
    expect(page.locator(".board__mine")).to_be_visible()
    assert page.url.endswith("/leaderboard/")
    private = float(page.locator(".board__mine td").nth(1).inner_text())
    assert private < second  # of the entry that was chosen
    shoot(page, f"competition-private-{language}")
    page.goto(f"{ADDRESS}entries/")
    expect(page.locator("#entries th")).not_to_have_count(0)
    expect(page.locator("#entries .badge--info")).to_have_count(1)
    assert page.locator("input[name=final]").count() == 0


def hand_in(page: Page, table: str) -> None:
    page.locator("#file-1").set_input_files({"name": "mine.csv", "mimeType": "text/csv", "buffer": table.encode()})
    page.locator("main form .button--primary").click()


def scored(page: Page, table: str) -> float:
    """Hand in, wait, and read the public score."""
    page.goto(f"{ADDRESS}submit/")
    hand_in(page, table)
    expect(page.locator("#entry[data-state=scored]")).to_be_visible(timeout=90_000)
    found = re.search(r"0\.\d{3}", page.locator("#entry .facts dd").first.inner_text())
    assert found is not None
    return float(found[0])
