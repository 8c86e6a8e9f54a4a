"""The pages for everybody: axe-core on each, large print, no motion, no script, old browsers.

In both languages, with the demo's three accounts; axe-core comes with the front end's packages and judges WCAG 2.2 AA.
"""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import LOCALES, Open, Platform
from tests.e2e.judging import Judge
from tests.e2e.test_browser_walk import EXERCISE, SOLUTION, write
from tests.security.pages import ATTACK

COURSE = "/courses/large-models/"
CHAPTER = f"{COURSE}chapters/attention/"
BENCH = f"{COURSE}exercises/attention/"
CLASS = f"{COURSE}class/"
SLOW = SOLUTION.replace("import torch\n", "import time\nimport torch\ntime.sleep(4)\nprint('hello from alice')\n", 1)
#: What it prints, tracks and draws under names of its own stays text.
HOSTILE = f"""
import gradus
print({ATTACK!r})
for step in range(5):
    gradus.track(step, **{{{ATTACK!r}: 1.0}})
"""
MANY_KILOBYTES = 100

MOVING = """document.getAnimations().filter(each => each.effect.getComputedTiming().duration > 1)
  .map(each => each.animationName ?? "")"""

#: Who reads which pages. Of those in the second row of each the colours are those of parts seen in the first.
PAGES = {
    "": (
        ("/", "/design/", COURSE, "/competitions/shifted-digits/leaderboard/"),
        ("/library/", "/search/?q=attention", "/competitions/", "/accounts/signup/", "/accounts/password/reset/",
         "/accounts/confirm-email/", "/accounts/confirm-email/none/", "/join/", f"{COURSE}placement/", f"{COURSE}faq/"),
    ),
    "student": (
        ("/", CHAPTER, BENCH, "/profile/"),
        (f"{BENCH}submissions/", f"{COURSE}certificate/", "/profile/sign-ins/", "/profile/data/", "/accounts/email/",
         "/accounts/2fa/", "/accounts/password/change/", "/accounts/reauthenticate/", "/accounts/logout/",
         f"{COURSE}discussions/", f"{COURSE}discussions/1/"),
    ),
    "instructor": (
        (f"{COURSE}gradebook/", f"{CLASS}analysis/exercises/attention/"),
        ("/teaching/", "/notices/", "/competitions/shifted-digits/organise/",
         "/studio/", "/studio/large-models/", "/studio/large-models/1/", "/studio/large-models/1/checks/",
         "/studio/large-models/edit/course.yaml", CLASS, f"{CLASS}cohorts/self-paced/", f"{CLASS}people/",
         f"{CLASS}invitations/", f"{CLASS}roster/", f"{CLASS}marking/", f"{CLASS}stuck/", f"{CLASS}analysis/",
         f"{CLASS}regrades/"),
    ),
    "admin": (("/pools/cpu/",), ("/", "/pools/", "/pools/cpu/lanes/", "/pools/cpu/add-machine/")),
}  # fmt: skip


@pytest.mark.parametrize("whole", [False, pytest.param(True, marks=pytest.mark.long)])
def test_axe_finds_nothing(enter: Open, platform: Platform, whole: bool) -> None:
    """Each page in one of the languages, in turn; in the long run in both, and all of them in the dark as well."""
    judge = Judge()
    turn = 0
    for user, (first, second) in PAGES.items():
        context = enter(user)  # one for both languages: what a page needs is fetched once
        page = context.new_page()
        for address in (*first, *second):
            turn += 1
            for language in LOCALES if whole else [list(LOCALES)[turn % 2]]:
                context.add_cookies([{"name": "django_language", "value": language, "url": platform.url}])
                look(page, judge, address, name=f"{user or 'guest'} {language} {address}",
                     dark=whole or address in first)  # fmt: skip
                written = str(page.locator("html").get_attribute("lang")).lower()
                assert written == language, address
    assert judge.found == []


def look(page: Page, judge: Judge, address: str, *, name: str, dark: bool) -> None:
    answer = page.goto(address)
    assert answer is not None, address
    assert answer.status == 200, address
    if address == CHAPTER:
        wrong_answers(page)
    judge(page, name, dark=dark)
    if address == BENCH:
        workbench_running_and_done(page, judge)
    if address == f"{CLASS}people/":
        person = page.locator("main td a, main th a").last.get_attribute("href")
        for below in ("", "handed-in/"):
            page.goto(f"{person}{below}")
            judge(page, f"{name} {below}", dark=dark)


def wrong_answers(page: Page) -> None:
    quiz = page.locator("form.quiz").first
    for choice in quiz.locator("fieldset").all():
        first = choice.locator("input").first
        first.check() if first.get_attribute("type") in ("radio", "checkbox") else first.fill("1")
    quiz.locator("button").last.click()
    expect(page.locator("form.quiz [role=status]").first).not_to_be_empty()


def workbench_running_and_done(page: Page, judge: Judge) -> None:
    page.locator(".cm-content").click()
    write(page, SLOW + HOSTILE)
    page.keyboard.press("Control+Enter")
    expect(page.locator("#submission[data-state=running]")).to_be_visible(timeout=60_000)
    assert [name for name in page.evaluate(MOVING) if not name.startswith("cm-blink")] == []  # the editor's caret
    judge(page, "the workbench while it runs")
    expect(page.locator("#submission[data-state=done]")).to_be_visible(timeout=60_000)
    expect(page.locator("#submission")).to_contain_text("<img data-attack")
    assert page.locator("[data-attack]").count() == 0
    judge(page, "the workbench when it is done")
    page.locator(".cm-content").click()
    write(page, "def attention(query, key, value, mask=None):\n    return value  # hello from alice\n")
    page.keyboard.press("Control+Shift+Enter")
    expect(page.locator("#submission[data-kind=submission][data-state=done]")).to_be_visible(timeout=60_000)
    judge(page, "a grade with tests that failed")


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


def test_large_print_needs_no_scrolling_sideways(enter: Open) -> None:
    """A window of 1280 pixels at 200 % and at 400 %; letters of twice the size in the first, too."""
    pages = {"student": ("/", COURSE, CHAPTER, BENCH, "/search/?q=attention"), "instructor": (f"{COURSE}gradebook/",)}
    wide = []
    for user, addresses in pages.items():
        page = enter(user).new_page()
        for address in addresses:
            page.goto(address)
            for width, size in ((640, "100%"), (640, "200%"), (320, "100%")):
                page.set_viewport_size({"width": width, "height": 700})
                page.evaluate(RESIZE, size)
                excess = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
                wide += [f"{address}, {width} px at {size}: {excess} px"] if excess > 0 else []
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
    write(first, SLOW.replace("time.sleep(4)", "time.sleep(5)"))
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
