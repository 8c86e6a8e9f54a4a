"""A browser goes through the world in which everything that people may write is an attack: nothing of it runs.

The answers themselves are read in ``test_strangers_markup``. Here the scripts of the pages are at work as well, and
what counts is what the browser does: a dialog, an element of the stranger's, a breach of the content security policy.
"""

from __future__ import annotations

import io
import json
import shutil
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Dialog, Page, expect, sync_playwright

from courses.catalog.models import Exercise
from courses.exercises.models import Submission
from tests.security.pages import ATTACK
from tests.security.test_every_url import GROUPS, ONLY_HERE, TABLE
from tests.security.test_strangers_markup import PARAMETERS, hostile  # noqa: F401  # a fixture
from tests.security.world import ROLES, World

#: Addresses that give a file, a stream or JSON, which a browser shows as it is or keeps.
NO_PAGES = (
    *("api/", "/files/", "events/", "archive/", "/starter/", "figures/", ".csv", ".ics", "metrics", "healthz"),
    *("readyz", "favicon", "/notebook/", "series/", "data/<path", "submissions/ended/", "i18n/", "codes/download"),
)
READERS = ("alice", "carol", "root", "nobody")
CELL: dict[str, Any] = {"metadata": {}, "source": ATTACK}
SHOWN = {
    "output_type": "display_data",
    "metadata": {},
    "data": {"text/html": ATTACK, "image/svg+xml": "<svg onload=x>"},
}
NOTEBOOK = {
    "nbformat": 4,
    "nbformat_minor": 4,
    "metadata": {},
    "cells": [
        {
            **CELL,
            "cell_type": "markdown",
            "source": f"{ATTACK}\n\n[x](javascript:alert(2)) $\\href{{javascript:x}}{{x}}$",
        },
        {**CELL, "cell_type": "code", "execution_count": None, "outputs": [SHOWN]},
        {**CELL, "cell_type": "raw"},
    ],
}


class Watch:
    """What a browser complains about, and where."""

    def __init__(self, context: BrowserContext) -> None:
        self.seen: list[str] = []
        self.at = ""
        context.on("dialog", self._refuse)
        context.on("console", lambda message: self._add(message.text) if self._counts(message) else None)
        context.on("weberror", lambda error: self._add(str(error.error)))

    @staticmethod
    def _counts(message: ConsoleMessage) -> bool:
        """An answer that refuses, such as 404 for where ``next=`` would lead, is what the attack deserves."""
        return message.type == "error" and "responded with a status of 4" not in message.text

    def _refuse(self, dialog: Dialog) -> None:
        self._add(f"a dialog: {dialog.message}")
        dialog.dismiss()

    def _add(self, what: str) -> None:
        self.seen.append(f"{self.at}: {what}")

    def look(self, page: Page) -> None:
        strange = page.locator("[data-attack], [onerror], a[href^='javascript' i]").count()
        if strange:
            self._add(f"{strange} elements of a stranger's")


def addresses(world: World) -> Iterator[tuple[str, str]]:
    """Each page once, as the first of ``READERS`` who may read it."""
    for route, group, _post in TABLE:
        if any(part in route for part in NO_PAGES):
            continue
        may = [role for role, met in zip(ROLES, GROUPS[group], strict=True) if met == "o"]
        order = ("nobody", *READERS) if route.startswith("accounts/") else READERS
        reader = next((role for role in order if role in may), None)
        if reader:
            yield reader, world.address(route, **ONLY_HERE.get(route, {}))


def hand_in_a_notebook(world: World) -> str:
    """As if the exercise were one of notebooks: the address where a person reads it."""
    exercise = Exercise.objects.get(release=world.course.current_release_id, slug="addition")
    exercise.spec = {**exercise.spec, "mode": "notebook", "files": ["submission.ipynb"]}
    exercise.save(update_fields=["spec"])
    Submission.objects.update(files={"submission.ipynb": json.dumps(NOTEBOOK)})
    newest = Submission.objects.latest("pk").pk
    connection.close()
    return f"/courses/{world.course.slug}/class/marking/{newest}/"


@pytest.fixture
def cookies(hostile: World) -> dict[str, str]:  # noqa: F811
    return {role: client.cookies["sessionid"].value for role, client in hostile.clients.items() if client.cookies}


def launch(chromium: Any) -> Browser:
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    opened: Browser = chromium.launch(executable_path=path, args=["--no-sandbox"])
    return opened


@pytest.mark.django_db(transaction=True)
def test_nothing_that_people_wrote_runs(hostile: World, cookies: dict[str, str], live_server: Any) -> None:  # noqa: F811
    todo = list(addresses(hostile))
    assert len(todo) > 70
    query = "&".join(f"{name}={ATTACK}" for name in PARAMETERS if name != "cohort")  # no such cohort: no such page
    with sync_playwright() as playwright:
        browser = launch(playwright.chromium)
        pages, watches = {}, {}
        for role in READERS:
            context = browser.new_context(base_url=live_server.url, locale="zh-CN" if role == "root" else "en-GB")
            context.set_default_timeout(15_000)
            if role in cookies:
                context.add_cookies([{"name": "sessionid", "value": cookies[role], "url": live_server.url}])
            watches[role], pages[role] = Watch(context), context.new_page()
        for role, address in todo:
            watches[role].at = address
            pages[role].goto(f"{address}?{query}", wait_until="load")
            watches[role].look(pages[role])
        work_of_scripts(pages["alice"], watches["alice"], hostile)
        with ThreadPoolExecutor(1) as elsewhere:  # here, Playwright's event loop keeps Django from its database
            notebook = elsewhere.submit(hand_in_a_notebook, hostile).result()
        files_with_attacks(pages["carol"], watches["carol"], hostile, notebook)
        browser.close()
    assert [what for watch in watches.values() for what in watch.seen] == []


def work_of_scripts(page: Page, watch: Watch, world: World) -> None:
    """What scripts put into pages: hits of the search, answers of a quiz, the editor, a draft saved elsewhere."""
    course = f"/courses/{world.course.slug}/"
    watch.at = "search"
    page.goto("/library/")
    page.keyboard.press("/")
    page.locator("dialog input[type=search]").fill(ATTACK)
    expect(page.locator("dialog .hits li").first).to_be_visible()
    watch.look(page)
    watch.at = "quiz"
    page.goto(world.address("courses/<slug:course>/chapters/<slug:chapter>/"))
    form = page.locator("form.quiz").first
    for field in form.locator("input.input, textarea.input").all():
        field.fill(ATTACK)
    form.locator("button").last.click()
    expect(page.locator("form.quiz .verdict").first).to_be_visible()
    watch.look(page)
    watch.at = "editor"
    page.goto(f"{course}exercises/addition/")
    page.locator(".cm-content, .editor textarea:not([hidden])").first.wait_for()
    watch.look(page)


def files_with_attacks(page: Page, watch: Watch, world: World, notebook: str) -> None:
    """A class list, a course and a notebook that carry it, in their names too."""
    watch.at = "class list"
    page.goto(f"/courses/{world.course.slug}/class/roster/")
    table = f"username,first_name,cohort\n{ATTACK},{ATTACK},{ATTACK}\n".encode()
    page.locator("input[type=file]").set_input_files({"name": f"{ATTACK}.csv", "mimeType": "text/csv", "buffer": table})
    page.locator("main form button").last.click()
    expect(page.locator("main")).to_contain_text("data-attack")
    watch.look(page)
    watch.at = "upload of a course"
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as out:
        out.writestr("sums/course.yaml", json.dumps({"title": ATTACK, ATTACK: ATTACK}))
        out.writestr(f"sums/{ATTACK.replace('/', '')}", ATTACK)
    page.goto("/studio/")
    page.locator("input[type=file]").set_input_files(
        {"name": f"{ATTACK}.zip", "mimeType": "application/zip", "buffer": archive.getvalue()}
    )
    page.locator("main form button").last.click()
    expect(page.locator("main")).to_contain_text("data-attack")
    watch.look(page)
    watch.at = "a notebook"
    page.goto(notebook)
    expect(page.locator("main")).to_contain_text("data-attack")
    watch.look(page)
