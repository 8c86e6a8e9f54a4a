"""The pages for everybody: axe-core on each, the keyboard alone, large print, no motion, no script, old browsers.

In both languages, with the demo's three accounts; axe-core comes with the front end's packages and judges WCAG 2.2 AA.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.e2e.conftest import ROOT, Platform
from tests.e2e.test_browser_walk import EXERCISE, SOLUTION, write

AXE = ROOT / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
LOCALES = {"en": "en-GB", "zh-hans": "zh-CN"}
COURSE = "/courses/large-models/"
CHAPTER = f"{COURSE}chapters/attention/"
BENCH = f"{COURSE}exercises/attention/"
SLOW = SOLUTION.replace("import torch\n", "import time\nimport torch\ntime.sleep(4)\nprint('hello from alice')\n", 1)
MANY_KILOBYTES = 100
#: Changing colours takes its moment, however short.
SETTLED = """Promise.all(document.getAnimations()
  .filter(each => Number.isFinite(each.effect.getComputedTiming().endTime))
  .map(each => each.finished.catch(() => null)))"""

Open = Callable[..., BrowserContext]


@pytest.fixture(scope="module")
def states() -> dict[str, Any]:
    """Who is signed in, by user: signing in costs a third of a second each time."""
    return {}


@pytest.fixture
def enter(browser: Browser, platform: Platform, states: dict[str, Any]) -> Iterator[Open]:
    """A browser of somebody's own; the test fails on whatever its console or its pages complain about."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def enter(user: str = "", language: str = "en", **options: Any) -> BrowserContext:
        settings = {"base_url": platform.url, "locale": LOCALES[language], "reduced_motion": "reduce"}
        context = browser.new_context(**{**settings, "viewport": {"width": 1280, "height": 900}, **options})
        contexts.append(context)
        context.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        context.on("weberror", lambda error: complaints.append(str(error.error)))
        if user:
            if user not in states:
                sign_in(context.new_page(), user)
                states[user] = context.cookies()
            context.add_cookies(states[user])
        return context

    yield enter
    for context in contexts:
        context.close()
    assert complaints == []


def sign_in(page: Page, user: str) -> None:
    page.goto("/accounts/login/")
    page.fill("input[name=login]", user)
    page.fill("input[name=password]", f"{user}-demo")
    page.locator("main form button").first.click()
    page.wait_for_url(re.compile(r"/$"))
    page.close()


class Judge:
    """Collects what axe-core finds, in the light and in the dark."""

    def __init__(self) -> None:
        if not AXE.exists():
            reason = "no axe-core here; `python3 scripts/bootstrap.py setup` fetches it"
            pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
        self._source = AXE.read_text(encoding="utf-8")
        self.found: list[str] = []

    def __call__(self, page: Page, name: str) -> None:
        page.evaluate(self._source)
        self._run(page, f"{name}, light", {"runOnly": {"type": "tag", "values": RULES}})
        page.emulate_media(color_scheme="dark")
        page.evaluate(SETTLED)
        self._run(page, f"{name}, dark", {"runOnly": {"type": "rule", "values": ["color-contrast"]}})
        page.emulate_media(color_scheme="light")

    def _run(self, page: Page, where: str, options: dict[str, Any]) -> None:
        for violation in page.evaluate("options => axe.run(document, options)", options)["violations"]:
            places = [f"{node['target'][0]} {node['html'][:120]}" for node in violation["nodes"][:3]]
            self.found.append(f"{where}: {violation['id']} at {places}")


PAGES = {
    "": ("/", COURSE, "/library/", "/search/?q=attention", "/design/"),
    "student": ("/", COURSE, CHAPTER, BENCH, f"{BENCH}submissions/"),
    "instructor": (f"{COURSE}gradebook/", "/studio/", "/studio/large-models/"),
    "admin": ("/", "/pools/", "/pools/cpu/"),
}


@pytest.mark.parametrize("language", LOCALES)
def test_axe_finds_nothing(enter: Open, language: str) -> None:
    judge = Judge()
    for user, addresses in PAGES.items():
        page = enter(user, language).new_page()
        for address in addresses:
            answer = page.goto(address)
            assert answer is not None and answer.status == 200, address
            if address == CHAPTER:
                wrong_answers(page)
            judge(page, f"{user or 'guest'} {address}")
            if address == BENCH:
                workbench_running_and_done(page, judge)
    assert judge.found == []


def wrong_answers(page: Page) -> None:
    quiz = page.locator("form.quiz").first
    for choice in quiz.locator("fieldset").all():
        first = choice.locator("input").first
        first.check() if first.get_attribute("type") in ("radio", "checkbox") else first.fill("1")
    quiz.locator("button").last.click()
    expect(page.locator("form.quiz [role=status]").first).not_to_be_empty()


def workbench_running_and_done(page: Page, judge: Judge) -> None:
    page.locator(".cm-content").click()
    write(page, SLOW)
    page.keyboard.press("Control+Enter")
    expect(page.locator("#submission[data-state=running]")).to_be_visible(timeout=60_000)
    moving = "document.getAnimations().filter(each => each.effect.getComputedTiming().duration > 1).length"
    assert page.evaluate(moving) == 0, page.evaluate("document.getAnimations().map(each => each.animationName)")
    judge(page, "the workbench while it runs")
    expect(page.locator("#submission[data-state=done]")).to_be_visible(timeout=60_000)
    judge(page, "the workbench when it is done")
    page.locator(".cm-content").click()
    write(page, "def attention(query, key, value, mask=None):\n    return value  # hello from alice\n")
    page.keyboard.press("Control+Shift+Enter")
    expect(page.locator("#submission[data-kind=submission][data-state=done]")).to_be_visible(timeout=60_000)
    judge(page, "a grade with tests that failed")


def test_the_keyboard_alone_leads_from_home_to_a_grade(enter: Open) -> None:
    page = enter("student").new_page()
    page.goto("/")
    page.keyboard.press("Tab")
    assert "Skip" in focus(page)
    page.keyboard.press("/")
    expect(page.locator("dialog[open] input[type=search]")).to_be_focused()
    page.keyboard.type("scaled dot-product attention")
    expect(page.locator("dialog .hits li").first).to_contain_text("Scaled dot-product attention")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{BENCH}")
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


def focus(page: Page) -> str:
    return str(page.evaluate("document.activeElement.textContent.trim()"))


def tab_to(page: Page, selector: str, *, presses: int = 60) -> None:
    for _ in range(presses):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"{selector} is not reached with {presses} presses of Tab")


def test_a_key_that_opens_the_search_can_be_turned_off_and_types_where_one_writes(enter: Open) -> None:
    page = enter().new_page()
    page.goto("/search/")
    page.locator("#finder-q").fill("a")
    page.locator("#finder-q").press("/")
    expect(page.locator("#finder-q")).to_have_value("a/")
    page.locator("[data-slash]").uncheck()
    page.goto("/library/")
    page.keyboard.press("/")
    page.wait_for_timeout(300)
    expect(page.locator("dialog")).to_have_count(0)


#: Letters of another size, and two frames for what the page does about it.
RESIZE = """size => new Promise((done) => {
    document.documentElement.style.fontSize = size;
    requestAnimationFrame(() => requestAnimationFrame(done));
})"""


@pytest.mark.parametrize("width", [640, 320])
def test_large_print_needs_no_scrolling_sideways(enter: Open, width: int) -> None:
    """A window of 1280 pixels at 200 % and at 400 %; then letters of twice the size, in the narrow one."""
    pages = {"student": ("/", COURSE, CHAPTER, BENCH, "/search/?q=attention"), "instructor": (f"{COURSE}gradebook/",)}
    wide = []
    for user, addresses in pages.items():
        page = enter(user, viewport={"width": width, "height": 700}).new_page()
        for address in addresses:
            page.goto(address)
            for size in ("100%", "200%") if width > 320 else ("100%",):
                page.evaluate(RESIZE, size)
                excess = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
                wide += [f"{address} at {size}: {excess} px"] if excess > 0 else []
    assert wide == []


@pytest.mark.parametrize("language", LOCALES)
def test_without_a_script_one_reads_answers_finds_and_hands_in(enter: Open, language: str) -> None:
    page = enter("student", language, java_script_enabled=False).new_page()
    page.goto("/search/?q=softmax")
    expect(page.locator(".hits li").first).to_be_visible()
    page.goto(CHAPTER)
    page.locator(".toc > summary").click()
    expect(page.locator(".toc a").first).to_be_visible()
    wrong = page.locator("form.quiz").first
    wrong.locator("input[type=radio]").first.check()
    wrong.locator("button").last.click()
    expect(page.locator("form.quiz [role=status]").first).not_to_be_empty()
    page.goto(BENCH)
    page.locator("textarea").fill(SOLUTION)
    page.locator("#submit-button").click()
    page.wait_for_url(re.compile(r"/submissions/\d+/$"))
    expect(page.locator("#submission[data-state=done]")).to_be_visible(timeout=60_000)  # it reloads itself
    expect(page.locator(".score__value")).to_have_text(f"{EXERCISE.points:g}")


def test_windows_share_one_stream_and_another_page_tells_of_the_end(enter: Open) -> None:
    context = enter("student")
    streams: list[str] = []
    context.on("request", lambda request: streams.append(request.url) if request.url.endswith("/events/") else None)
    first, second, elsewhere = (context.new_page() for _ in range(3))
    first.goto(BENCH)
    first.locator(".cm-content").click()
    write(first, SLOW.replace("time.sleep(4)", "time.sleep(8)"))
    elsewhere.goto("/library/")
    first.bring_to_front()
    first.keyboard.press("Control+Shift+Enter")
    running = first.locator("#submission[data-state]")
    running.wait_for()
    second.goto(f"/submissions/{running.get_attribute('data-id')}/")
    elsewhere.bring_to_front()
    for page in (first, second):
        expect(page.locator("#submission[data-state=done]")).to_be_visible(timeout=60_000)
        expect(page.locator("#submission")).to_contain_text("hello from alice")
    assert len(streams) == 1
    expect(elsewhere.locator(".toast")).to_have_count(0)  # a page that shows it has told it
    first.locator(".cm-content").click()
    first.keyboard.press("Control+Shift+Enter")
    expect(first.locator("#submission[data-state=done]")).to_have_count(0)
    first.goto("/library/")
    expect(first.locator(".toast")).to_contain_text("is graded", timeout=60_000)
    first.locator(".toast button").click()
    expect(first.locator(".toast")).to_have_count(0)


def test_a_chapter_is_light_and_loads_no_editor(enter: Open) -> None:
    page = enter("student").new_page()
    session = page.context.new_cdp_session(page)
    sizes: dict[str, float] = {}
    names: dict[str, str] = {}
    session.on("Network.responseReceived", lambda event: names.update({event["requestId"]: event["response"]["url"]}))
    session.on("Network.loadingFinished", lambda event: sizes.update({event["requestId"]: event["encodedDataLength"]}))
    session.send("Network.enable")
    page.goto(CHAPTER, wait_until="networkidle")
    loaded = {names[identity]: size for identity, size in sizes.items() if not names[identity].endswith(".woff2")}
    assert sum(loaded.values()) < MANY_KILOBYTES * 1000, json.dumps(loaded, indent=1)
    assert not [url for url in names.values() if "editor" in url or ("formulas." in url and "/built/" in url)]


def test_a_browser_without_mathml_gets_formulas_from_their_tex(enter: Open) -> None:
    """It says of every space in a formula that it has no size, as such browsers do."""
    page = enter(language="zh-hans").new_page()
    page.add_init_script(
        "const real = Element.prototype.getBoundingClientRect;"
        "Element.prototype.getBoundingClientRect = function () {"
        "  return this.localName === 'mspace' ? new DOMRect() : real.call(this); };"
    )
    page.goto(CHAPTER)
    expect(page.locator(".formula .katex").first).to_be_visible()
    expect(page.locator("math")).to_have_count(0)
    expect(page.locator(".formula > code")).to_have_count(0)  # every formula of the chapter could be set
    assert page.locator(".formula").first.get_attribute("aria-label")
    height = page.locator("div.formula").first.bounding_box()
    assert height is not None and height["height"] > 25  # a fraction is higher than a line
