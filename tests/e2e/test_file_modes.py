"""Notebooks and tables, from the page where a file is chosen to the grade; and what a Run draws."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.client import Client
from tests.e2e.conftest import ROOT, Platform
from tests.e2e.test_browser_walk import shoot, sign_up

GRADERS = ROOT / "tests" / "graders"
DIGITS = GRADERS / "predictions" / "exercises" / "digits"
SQUARES = GRADERS / "notebook" / "exercises" / "squares"
DOUBLE = GRADERS / "engine" / "exercises" / "double"
COURSE = "title: {en: Files}\nsummary: {en: Of files.}\nlanguages: [en]\nlicence: CC0-1.0\npass_mark: 0.7\n"
CHAPTER = "---\ntitle: Files\nsummary: Of files.\nminutes: 5\n---\n" + "".join(
    f"```{{exercise}} {slug}\n```\n\n" for slug in ("digits", "squares", "double")
)
DRAWING = """
import time
from tqdm import tqdm
import matplotlib.pyplot as plt
_double = double

def double(tensor):
    for _ in tqdm(range(4), desc="drawing"):
        time.sleep(0.2)
    plt.plot([1, 2, 3])
    return _double(tensor)
"""


@pytest.fixture(scope="module")
def course(platform: Platform, tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("course") / "files"
    (folder / "01-files" / "exercises").mkdir(parents=True)
    (folder / "course.yaml").write_text(COURSE)
    (folder / "01-files" / "chapter.en.md").write_text(CHAPTER)
    for source in (DIGITS, SQUARES, DOUBLE):
        target = Path(shutil.copytree(source, folder / "01-files" / "exercises" / source.name))
        (target / "statement.en.md").write_text("Do it.\n")
        spec = target / "exercise.yaml"
        spec.write_text(re.sub(r", zh-hans: [^}]+", "", re.sub(r", zh-hans: \"[^\"]+\"", "", spec.read_text())))
    spec.write_text(spec.read_text().replace("load_seconds: 4, seconds: 8", "load_seconds: 30, seconds: 20"))
    platform.manage("publish", str(folder))
    return "files"


@pytest.fixture(scope="module")
def alice(platform: Platform, course: str) -> Client:
    client = platform.client("filer")
    client.enroll(course)
    return client


def test_solutions_get_full_marks_over_the_api(alice: Client, course: str) -> None:
    for folder, name in ((DIGITS, "predictions.csv"), (SQUARES, "submission.ipynb")):
        text = (folder / f"solution{Path(name).suffix}").read_text(encoding="utf-8")
        result = alice.grade(course, folder.name, {name: text})
        assert (result["outcome"], result["score"]) == ("graded", result["max_score"]), result
    table = (DIGITS / "solution.csv").read_text().replace("i3,3,", "i3,x,")
    address = f"/courses/{course}/exercises/digits/submissions"
    status, body = alice.request("POST", address, {"files": {"predictions.csv": table}})
    assert status == 400
    assert "is not a whole number" in str(body)
    unknown = (DIGITS / "solution.csv").read_text().replace("i3,3,", "i33,3,")
    result = alice.grade(course, "digits", {"predictions.csv": unknown})
    assert result["outcome"] == "student_error"
    assert "names i33, which is not one of those to predict" in result["message"]


def test_a_file_is_chosen_and_a_run_draws(browser: Browser, platform: Platform, course: str) -> None:
    context = browser.new_context(locale="en-GB", base_url=platform.url)
    page = context.new_page()
    sign_up(page, "chooser")
    page.goto(f"/courses/{course}/")
    page.locator("form[action$='/enroll/'] button").first.click()
    for folder, name in ((DIGITS, "predictions.csv"), (SQUARES, "submission.ipynb")):
        page.goto(f"/courses/{course}/exercises/{folder.name}/")
        path = folder / f"solution{Path(name).suffix}"
        page.locator("input[type=file]").set_input_files(
            {"name": name, "mimeType": "application/octet-stream", "buffer": path.read_bytes()}
        )
        shoot(page, f"upload-{folder.name}")
        page.locator("#submit-button").click()
        done(page)
        expect(page.locator("#submission")).to_contain_text("tests passed")
        shoot(page, f"uploaded-{folder.name}")
    expect(page.locator(".score__value")).to_have_text("4")
    draw(page, course)
    context.close()


def draw(page: Page, course: str) -> None:
    """A Run whose bar is seen while it lasts, and whose figure stays."""
    page.goto(f"/courses/{course}/exercises/double/")
    page.locator(".cm-editor .cm-content").click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text((DOUBLE / "solution.py").read_text() + DRAWING)
    page.locator("#run-button").click()
    expect(page.locator("#live-bars progress")).to_be_visible(timeout=90_000)
    expect(page.locator("#live-bars")).to_contain_text("drawing")
    done(page)
    picture = page.locator("#submission figure img")
    expect(picture).to_be_visible()
    page.wait_for_function("image => image.complete && image.naturalWidth > 0", arg=picture.element_handle())
    shoot(page, "run-with-figure")


def done(page: Page) -> None:
    expect(page.locator("#submission[data-state=done]")).to_be_visible(timeout=90_000)
