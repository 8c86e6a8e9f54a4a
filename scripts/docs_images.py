"""Make the pictures of the README and the documentation from a running demo.

    GRADUS_VAR=var var/venv/bin/python scripts/docs_images.py http://127.0.0.1:8000 [docs/images]

Fills the demo first: a small class hands in solutions and starters over the API, so that the gradebook and the pools
have something to show. Each picture is made in both languages, as docs/images/NAME.LANGUAGE.png.
"""

from __future__ import annotations

import argparse
import io
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from screenshots import LANGUAGES, choose_language, sign_in  # noqa: E402  # a script is started from anywhere

from graders.exercise import Exercise  # noqa: E402
from tests.e2e.client import Client  # noqa: E402

COURSE = "/courses/large-models/"
CLASS = ("ada", "chen-wei", "grace", "jun", "li-na", "noor")
EXERCISES = ("least-squares", "k-means", "linear-layer")
WINDOW: ViewportSize = {"width": 1280, "height": 800}
#: Typing would indent by itself.
PASTE = """(editor, code) => {
  const clipboardData = new DataTransfer();
  clipboardData.setData("text/plain", code);
  editor.dispatchEvent(new ClipboardEvent("paste", {clipboardData, bubbles: true, cancelable: true}));
}"""


def load(slug: str) -> Exercise:
    return Exercise.load(next((ROOT / "content" / "large-models").glob(f"*/exercises/{slug}")))


def fill(base: str) -> None:
    """Everybody hands in something, and not all of it is right."""
    for place, name in enumerate(CLASS):
        command = [sys.executable, "manage.py", "create_token", name, "--create"]
        token = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()
        client = Client(base, token)
        client.enroll("large-models")
        for number, slug in enumerate(EXERCISES[: 1 + place % 3]):
            exercise = load(slug)
            files = exercise.starter() if (place + number) % 4 == 3 else exercise.solution_files()
            client.grade("large-models", slug, files)


def chapter(page: Page) -> None:
    page.goto(f"{COURSE}chapters/attention/")


def quiz(page: Page) -> None:
    """With one answer that is right and one that is not."""
    page.goto(f"{COURSE}chapters/attention/")
    form = page.locator("form.quiz").first
    for question in form.locator("fieldset").all():
        first = question.locator("input").first
        first.check() if first.get_attribute("type") in ("radio", "checkbox") else first.fill("1")
    form.locator("button").last.click()
    form.locator(".verdict").first.wait_for()
    form.evaluate("form => window.scrollTo(0, form.getBoundingClientRect().top + window.scrollY - 24)")


def workbench(page: Page) -> None:
    page.goto(f"{COURSE}exercises/attention/")
    page.locator(".cm-content").click()
    page.keyboard.press("Control+a")
    code = next(iter(load("attention").solution_files().values()))
    page.locator(".cm-content").evaluate(PASTE, code)
    page.keyboard.press("Control+Shift+Enter")
    page.locator("#submission[data-kind=submission][data-state=done]").wait_for(timeout=60_000)
    page.set_viewport_size({"width": WINDOW["width"], "height": 1180})  # the editor and the grade, together
    page.evaluate("document.activeElement.blur(), window.scrollTo(0, 0)")


def gradebook(page: Page) -> None:
    page.goto(f"{COURSE}gradebook/")


def pool(page: Page) -> None:
    page.goto("/pools/cpu/")


#: Each picture, who sees it, and how one gets there.
PICTURES: tuple[tuple[str, str, Callable[[Page], None]], ...] = (
    ("chapter", "student", chapter),
    ("quiz", "student", quiz),
    ("workbench", "student", workbench),
    ("gradebook", "instructor", gradebook),
    ("pool", "admin", pool),
)


def photograph(browser: Browser, base: str, out: Path, language: str) -> None:
    for user in dict.fromkeys(who for _name, who, _way in PICTURES):
        context = browser.new_context(
            base_url=base, viewport=WINDOW, locale=LANGUAGES[language], reduced_motion="reduce", color_scheme="light"
        )
        sign_in(context.new_page(), base, user, f"{user}-demo")
        choose_language(context.new_page(), base, language)
        for name, who, way in PICTURES:
            if who != user:
                continue
            page = context.new_page()
            way(page)
            page.wait_for_timeout(400)
            save(page.screenshot(caret="initial"), out / f"{name}.{language}.png")
            page.close()
        context.close()


def save(picture: bytes, path: Path) -> None:
    """In 256 colours, which pages of text do not show and which are a third of the bytes."""
    Image.open(io.BytesIO(picture)).convert("RGB").quantize(256).save(path, optimize=True)
    print(f"{path} {path.stat().st_size // 1000} kB", flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("base_url")
    parser.add_argument("out", type=Path, nargs="?", default=ROOT / "docs" / "images")
    parser.add_argument("--browser", default="/usr/bin/chromium", help="the browser to run")
    options = parser.parse_args()
    base = options.base_url.rstrip("/")
    options.out.mkdir(parents=True, exist_ok=True)
    fill(base)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=options.browser, args=["--no-sandbox"])
        for language in LANGUAGES:
            photograph(browser, base, options.out, language)
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
