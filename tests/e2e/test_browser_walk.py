"""The main job in a real browser, in both languages: sign up, read, answer, write, Run, Submit, see the grade."""

from __future__ import annotations

import hashlib
import itertools
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from playwright.sync_api import Browser, ConsoleMessage, Page, Route, expect

from courses.quizzes.arithmetic import evaluate
from graders.exercise import Exercise
from tests.e2e.conftest import ROOT, Platform

COURSE = ROOT / "content" / "large-models"
CHAPTER = COURSE / "08-attention"
EXERCISE = Exercise.load(CHAPTER / "exercises" / "attention")
SOLUTION = next(iter(EXERCISE.solution_files().values()))
PASSWORD = "a long walk uphill"
SHOTS = ROOT / "var" / "screenshots"
WORDS = {
    "en": {"locale": "en-GB", "mastered": "All of it right", "html": "en"},
    "zh-hans": {"locale": "zh-CN", "mastered": "全部", "html": "zh-hans"},
}


@pytest.fixture(params=WORDS)
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def page(browser: Browser, language: str, platform: Platform) -> Iterator[Page]:
    context = browser.new_context(
        locale=WORDS[language]["locale"], base_url=platform.url, viewport={"width": 1280, "height": 900}
    )
    opened = context.new_page()
    complaints: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        if message.type == "error":
            complaints.append(f"{message.text} at {message.location}")

    opened.on("console", listen)
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    yield opened
    context.close()
    assert complaints == []


def test_from_a_chapter_to_a_grade(page: Page, language: str) -> None:
    sign_up(page, f"walker-{language}")
    enroll(page)
    read(page, language)
    answer_the_quiz(page, language)
    open_the_workbench(page)
    write(page, SOLUTION.replace("def attention(", "print('hello from alice')\n\n\ndef attention(", 1))
    run(page, language)
    submit(page, language)
    a_reload_shows_the_same(page)


def test_a_wrong_answer_is_told_why(page: Page, language: str) -> None:
    sign_up(page, f"starter-{language}")
    enroll(page)
    open_the_workbench(page)
    page.keyboard.press("Control+Shift+Enter")
    result = page.locator("#submission[data-state=done]")
    expect(result).to_be_visible(timeout=60_000)
    expect(result).to_contain_text("NotImplementedError")
    shoot(page, f"starter-{language}")


def sign_up(page: Page, name: str) -> None:
    page.goto("/accounts/signup/")
    page.fill("#id_username", name)
    page.fill("#id_email", f"{name}@example.org")
    page.fill("#id_password1", PASSWORD)
    page.fill("#id_password2", PASSWORD)
    page.locator("main form button[type=submit], main form button:not([type])").first.click()
    page.wait_for_url(re.compile(r"/$"))


def enroll(page: Page) -> None:
    page.goto("/courses/large-models/")
    page.locator("form[action$='/enroll/'] button").first.click()
    expect(page.locator("form[action$='/enroll/']")).to_have_count(0)


def read(page: Page, language: str) -> None:
    page.goto("/courses/large-models/chapters/attention/")
    expect(page.locator("html")).to_have_attribute("lang", re.compile(WORDS[language]["html"], re.IGNORECASE))
    expect(page.locator("math").first).to_be_visible()
    expect(page.locator(".highlight").first).to_be_visible()
    for picture in page.locator("main img").all():
        assert picture.get_attribute("alt")
        picture.scroll_into_view_if_needed()
        page.wait_for_function("image => image.complete && image.naturalWidth > 0", arg=picture.element_handle())
    shoot(page, f"chapter-{language}")


def drawn_answer(question: dict[str, Any], language: str, *, shown: str) -> str:
    """The answer to a question as it is shown: with the numbers that were drawn for this learner, if it has any."""
    values = question.get("params", {})
    if not values:
        return str(question["answer"])
    for drawn in itertools.product(*values.values()):
        draw = dict(zip(values, drawn, strict=True))
        parts = re.split(r"\{\{(.+?)\}\}", question["text"][language])
        parts[1::2] = [str(evaluate(part, draw)) for part in parts[1::2]]
        if "".join(parts) in shown:
            return str(evaluate(str(question["answer"]), draw))
    raise AssertionError(f"no draw of {question['id']} is shown in {shown!r}")


def answer_the_quiz(page: Page, language: str) -> None:
    path = sorted((CHAPTER / "quizzes").glob("*.yaml"))[0]
    form = page.locator(f"#quiz-{path.stem}")
    for question in yaml.safe_load(path.read_text())["questions"]:
        field = form.locator(f"[name='q-{question['id']}']")
        if "choices" in question:
            for choice in question["choices"]:
                if choice.get("correct"):
                    form.locator(f"[name='q-{question['id']}'][value='{choice_id(choice)}']").check()
        else:
            field.fill(drawn_answer(question, language, shown=form.inner_text()))
    form.locator("button").click()
    expect(page.locator(f"#quiz-{path.stem} [role=status]")).to_contain_text(WORDS[language]["mastered"])
    shoot(page, f"quiz-{language}")


def choice_id(choice: dict[str, Any]) -> str:
    """Choices are known by their text, since each learner sees them in an order of their own."""
    return hashlib.sha256(next(iter(choice["text"].values())).encode()).hexdigest()[:8]


def open_the_workbench(page: Page) -> None:
    page.goto("/courses/large-models/exercises/attention/")
    page.locator(".cm-editor .cm-content").click()


def write(page: Page, code: str) -> None:
    """Paste it over what is there."""
    page.keyboard.press("Control+a")
    page.locator(".cm-content").evaluate(
        """(editor, code) => {
            const clipboardData = new DataTransfer();
            clipboardData.setData("text/plain", code);
            editor.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
        }""",
        code,
    )
    expect(page.locator(".cm-content")).to_contain_text("hello from alice")


def run(page: Page, language: str) -> None:
    """Right after writing, and with a slow answer: the draft saves itself meanwhile and must not meet its own text."""
    page.evaluate("window.stayedHere = true")
    page.route("**/run/", late)
    page.keyboard.press("Control+Enter")
    result = page.locator("#submission[data-kind=run][data-state=done]")
    expect(result).to_be_visible(timeout=60_000)
    expect(result).to_contain_text("hello from alice")
    shoot(page, f"run-{language}")


def late(route: Route) -> None:
    answer = route.fetch()
    time.sleep(1.5)
    route.fulfill(response=answer)


def submit(page: Page, language: str) -> None:
    page.keyboard.press("Control+Shift+Enter")
    result = page.locator("#submission[data-kind=submission][data-state=done]")
    expect(result).to_be_visible(timeout=60_000)
    full = f"{EXERCISE.points:g}"
    expect(result).to_contain_text(re.compile(rf"{full}\s*/\s*{full}"))
    assert page.evaluate("window.stayedHere") is True
    shoot(page, f"grade-{language}")


def a_reload_shows_the_same(page: Page) -> None:
    page.goto("/courses/large-models/exercises/attention/submissions/")
    page.locator("a[href^='/submissions/']").first.click()
    expect(page.locator("#submission[data-state=done]")).to_be_visible()
    page.reload()
    expect(page.locator("#submission[data-state=done]")).to_be_visible()


def shoot(page: Page, name: str) -> Path:
    path = SHOTS / f"{name}.png"
    page.screenshot(path=path, full_page=True, caret="initial")  # hiding it would need a style that the policy refuses
    return path
