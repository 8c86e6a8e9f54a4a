"""The whole platform as a newcomer starts it: real web server, real broker, real dispatcher, real grading node."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Dialog, Page, sync_playwright

from tests.e2e.client import Client

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 120.0


@dataclass(frozen=True, kw_only=True)
class Platform:
    """A running platform."""

    url: str
    var: Path
    environment: dict[str, str]

    def manage(self, *arguments: str) -> str:
        result = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert result.returncode == 0, result.stderr
        return result.stdout

    def client(self, username: str) -> Client:
        """A user of the API, made if there is none of this name."""
        return Client(self.url, self.manage("create_token", username, "--create").strip())

    def pid(self, process: str) -> int:
        return int((self.var / "run" / f"{process}.pid").read_text())

    def log(self, process: str) -> str:
        return (self.var / "run" / f"{process}.log").read_text(errors="replace")


@pytest.fixture(scope="session")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    var = tmp_path_factory.mktemp("platform")
    url = f"http://127.0.0.1:{free_port()}"
    environment = {**os.environ, "GRADUS_LOCAL": "1", "GRADUS_VAR": str(var)}
    for name in ("REDIS_URL", "DATABASE_URL", "SECRET_KEY"):
        environment.pop(name, None)
    with (var / "runlocal.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "manage.py", "runlocal", "--port", url.rpartition(":")[2]],
            cwd=ROOT,
            env=environment,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        wait_until_ready(url, process, var / "runlocal.log")
        yield Platform(url=url, var=var, environment=environment)
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until_ready(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    answer = "no answer yet"
    while time.monotonic() < deadline:
        assert process.poll() is None, log.read_text()
        try:
            with urllib.request.urlopen(f"{url}/readyz", timeout=2):
                return
        except urllib.error.HTTPError as error:
            with error:
                answer = error.read().decode()
        except OSError as error:
            answer = str(error)
        time.sleep(0.2)
    pytest.fail(f"/readyz never answered 200: {answer}\n{log.read_text()}")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Headless Chromium: the distribution's where there is one, otherwise Playwright's own.

    Closed after each file: while Playwright's event loop runs in this thread, Django refuses it the database.
    """
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    with sync_playwright() as playwright:
        if path is None and not Path(playwright.chromium.executable_path).exists():
            reason = "no Chromium here; `python3 scripts/bootstrap.py setup` says how to get one"
            pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
        opened = playwright.chromium.launch(
            executable_path=path,
            args=["--no-sandbox", "--disable-quic", "--disable-background-networking", "--disable-component-update"],
        )
        yield opened
        opened.close()


def is_complaint(message: ConsoleMessage) -> bool:
    """An error, other than that a request was broken off since its page was left or something newer was asked."""
    return message.type == "error" and not message.text.startswith(("htmx:sendAbort", "htmx:afterRequest"))


LOCALES = {"en": "en-GB", "zh-hans": "zh-CN"}
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

    def refuse(dialog: Dialog) -> None:
        complaints.append(f"a dialog: {dialog.message}")
        dialog.dismiss()

    def enter(user: str = "", language: str = "en", **options: Any) -> BrowserContext:
        settings = {"base_url": platform.url, "locale": LOCALES[language], "reduced_motion": "reduce"}
        context = browser.new_context(**{**settings, "viewport": {"width": 1280, "height": 900}, **options})
        contexts.append(context)
        context.on("console", lambda message: complaints.append(message.text) if is_complaint(message) else None)
        context.on("weberror", lambda error: complaints.append(str(error.error)))
        context.on("dialog", refuse)
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
