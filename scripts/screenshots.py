"""Photograph every page of a running Gradus, and let axe-core and the browser's console judge it.

    python scripts/screenshots.py http://127.0.0.1:8000 OUT [--user student --password student] [--only home,chapter]

Every page in both languages, both themes, at 390 and 1440 pixels; as a guest, and signed in where an account is given.
Exit code 1: axe-core found something, the console complained, a page overflowed sideways or answered with an error.
"""

from __future__ import annotations

import argparse
import itertools
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

AXE = Path(__file__).resolve().parent.parent / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
LANGUAGES = {"en": "en-GB", "zh-hans": "zh-CN"}
THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
WIDTHS = (1440, 390)

#: What a guest sees, and what needs an account. The slugs in braces are found on the pages themselves.
GUEST = {
    "home": "/",
    "courses": "/courses/",
    "course": "/courses/{course}/",
    "chapter": "/courses/{course}/chapters/{chapter}/",
    "faq": "{faq}",
    "library": "/library/",
    "login": "/accounts/login/",
    "signup": "/accounts/signup/",
    "password-reset": "/accounts/password/reset/",
    "design": "/design/",
    "missing": "/no-such-page/",
}
MEMBER = {
    "my-home": "/",
    "my-course": "/courses/{course}/",
    "my-chapter": "/courses/{course}/chapters/{chapter}/",
    "workbench": "/courses/{course}/exercises/{exercise}/",
    "history": "/courses/{course}/exercises/{exercise}/submissions/",
    "result": "{submission}",
    "profile": "/profile/",
    "gradebook": "/courses/{course}/gradebook/",
    "pools": "/pools/",
    "pool": "/pools/cpu/",
    "worker": "{worker}",
    "pool-action": "/pools/cpu/lanes/",
    "add-machine": "/pools/cpu/add-machine/",
}
#: Pages that answer 404 to some of those who ask.
FOR_SOME = ("missing", "gradebook", "pools", "pool", "worker", "pool-action", "add-machine")


@dataclass
class Findings:
    lines: list[str] = field(default_factory=list)

    def add(self, where: str, what: str) -> None:
        self.lines.append(f"{where}: {what}")
        print(f"  ! {where}: {what}", flush=True)


def sign_in(page: Page, base: str, user: str, password: str) -> None:
    page.goto(f"{base}/accounts/login/")
    page.fill("input[name=login]", user)
    page.fill("input[name=password]", password)
    page.click("main form button[type=submit], main form button:not([type])")
    page.wait_for_url(lambda url: "/login" not in url)


def choose_language(page: Page, base: str, language: str) -> None:
    """As a person does it: for somebody signed in it is kept with the account, and no cookie would win over that."""
    page.goto(f"{base}/design/")
    page.click("details[data-menu] > summary")
    page.click(f"button[name=language][value={language}]")
    page.wait_for_load_state()
    page.close()


def discover(page: Page, base: str) -> dict[str, str]:
    """The slugs of the first course, a chapter with exercises, its first exercise, and the newest submission."""
    found: dict[str, str] = {}
    page.goto(f"{base}/courses/")
    found["course"] = _first(page, r"/courses/([\w-]+)/$")
    page.goto(f"{base}/courses/{found['course']}/")
    found["chapter"] = _first(page, r"/chapters/([\w-]+)/")
    found["faq"] = _first(page, r"(/courses/[\w-]+/faq/)$")
    found["exercise"] = _first(page, r"/exercises/([\w-]+)/$")
    page.goto(f"{base}/pools/cpu/")
    found["worker"] = _first(page, r"(/pools/cpu/workers/\w+/)$")
    page.goto(f"{base}/")
    found["submission"] = _first(page, r"(/submissions/\d+/)$")
    return {name: value for name, value in found.items() if value}


def _first(page: Page, pattern: str) -> str:
    for link in page.eval_on_selector_all("a[href]", "links => links.map(a => a.pathname)"):
        match = re.search(pattern, link)
        if match:
            return match[1]
    return ""


def addresses(pages: dict[str, str], found: dict[str, str], only: set[str]) -> Iterator[tuple[str, str]]:
    for name, pattern in pages.items():
        missing = set(re.findall(r"{(\w+)}", pattern)) - found.keys()
        if only and name not in only:
            continue
        if missing:
            print(f"  - {name}: nothing to show ({', '.join(sorted(missing))} not found)")
            continue
        yield name, pattern.format(**found)


def photograph(context: BrowserContext, name: str, url: str, shot: Path, findings: Findings) -> None:
    page = context.new_page()
    where = f"{shot.stem}"
    page.on("console", lambda m: findings.add(where, f"console: {m.text}") if _is_fault(m.type, m.text, name) else None)
    page.on("pageerror", lambda error: findings.add(where, f"script: {error}"))
    answer = page.goto(url, wait_until="load")
    page.wait_for_timeout(250)
    if answer is None or (answer.status >= 400 and name not in FOR_SOME):
        findings.add(where, f"answered {answer.status if answer else 'nothing'}")
    page.screenshot(path=str(shot), full_page=True)
    excess = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    if excess > 0:
        findings.add(where, f"{excess} px wider than the window")
    if AXE.exists():
        judge(page, where, findings)
    page.close()


def _is_fault(kind: str, text: str, name: str) -> bool:
    expected = name in FOR_SOME and "status of 40" in text
    return kind == "error" and not expected


def judge(page: Page, where: str, findings: Findings) -> None:
    page.evaluate(AXE.read_text(encoding="utf-8"))
    result = page.evaluate("rules => axe.run(document, {runOnly: {type: 'tag', values: rules}})", RULES)
    for violation in result["violations"]:
        places = "; ".join(str(node["target"][0]) for node in violation["nodes"][:4])
        findings.add(where, f"axe {violation['id']} ({len(violation['nodes'])}): {places}")


def walk(browser: Browser, base: str, out: Path, options: argparse.Namespace, findings: Findings) -> None:
    visitor = browser.new_context()
    found = discover(visitor.new_page(), base)
    storage = None
    if options.user:
        sign_in(page := visitor.new_page(), base, options.user, options.password)
        found |= discover(page, base)
        storage = visitor.storage_state()
    rounds = [(GUEST, None)] + ([(MEMBER, storage)] if storage else [])
    only = set(filter(None, options.only.split(",")))
    for (pages, state), language, theme, width in itertools.product(rounds, LANGUAGES, THEMES, WIDTHS):
        context = browser.new_context(
            viewport={"width": width, "height": 900},
            locale=LANGUAGES[language],
            color_scheme=theme,
            reduced_motion="reduce",
            storage_state=state,
        )
        choose_language(context.new_page(), base, language)
        for name, path in addresses(pages, found, only):
            photograph(context, name, base + path, out / f"{name}-{language}-{theme}-{width}.png", findings)
        context.close()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("base_url")
    parser.add_argument("out", type=Path)
    parser.add_argument("--user", default="")
    parser.add_argument("--password", default="")
    parser.add_argument("--only", default="", help="names of pages, with commas")
    parser.add_argument("--browser", default="/usr/bin/chromium", help="the browser to run")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    findings = Findings()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=options.browser, args=["--no-sandbox"])
        walk(browser, options.base_url.rstrip("/"), options.out, options, findings)
        browser.close()
    print(f"{len(findings.lines)} findings")
    return 1 if findings.lines else 0


if __name__ == "__main__":
    sys.exit(main())
