"""How soon a page of a running site is there to be read, in headless Chromium with a processor four times slower.

    var/venv/bin/python -m benchmarks.first_paint http://127.0.0.1:8000 [ROUNDS] [--slowdown 4] [--browser chromium]

Each round opens each page with an empty cache, as a guest. Prints the largest contentful paint, what went over the wire
without fonts and for fonts, and, signed in as the demo's student, how long after a Run has tracked its first number the
curve of it stands in the page.
"""

from __future__ import annotations

import argparse
import re
import sys
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks._measuring import say_where, spread

COURSE = "/courses/large-models/"
PAGES = ("/", COURSE, f"{COURSE}chapters/attention/", f"{COURSE}exercises/attention/", "/library/")
PAINT = """() => new Promise(resolve => {
  new PerformanceObserver(list => resolve(list.getEntries().at(-1).startTime))
    .observe({type: "largest-contentful-paint", buffered: true});
})"""
#: Tracks a number that is the moment itself; the page's clock is the same machine's.
TRACKING = """import time
from gradus import track
time.sleep(2)
for step in range(40):
    track(step, moment=time.time())
    time.sleep(0.05)
def attention(query, key, value, mask=None):
    return value
"""
#: Typing would indent by itself.
PASTE = """(editor, code) => {
  const clipboardData = new DataTransfer();
  clipboardData.setData("text/plain", code);
  editor.dispatchEvent(new ClipboardEvent("paste", {clipboardData, bubbles: true, cancelable: true}));
}"""
#: The moment at which a curve first has a picture.
DRAWN = """() => new Promise(resolve => {
  const look = () =>
    document.querySelector("#live-charts canvas") ? resolve(Date.now() / 1000) : requestAnimationFrame(look);
  look();
})"""


@dataclass
class Seen:
    """What was measured of one page."""

    paints: list[float] = field(default_factory=list)
    wire: float = 0.0
    fonts: float = 0.0


def look(browser: Browser, base: str, path: str, slowdown: float, seen: Seen) -> None:
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    session = context.new_cdp_session(page)
    names: dict[str, str] = {}
    sizes: dict[str, float] = {}
    session.on("Network.responseReceived", lambda event: names.update({event["requestId"]: event["response"]["url"]}))
    session.on("Network.loadingFinished", lambda event: sizes.update({event["requestId"]: event["encodedDataLength"]}))
    session.send("Network.enable")
    session.send("Emulation.setCPUThrottlingRate", {"rate": slowdown})
    page.goto(base + path, wait_until="networkidle")
    seen.paints.append(page.evaluate(PAINT))
    seen.fonts = sum(size for key, size in sizes.items() if names.get(key, "").endswith(".woff2")) / 1000
    seen.wire = sum(sizes.values()) / 1000 - seen.fonts
    context.close()


def first_point(page: Page, base: str) -> float:
    """Seconds from the first tracked number to its curve in the page."""
    page.goto(f"{base}{COURSE}exercises/attention/")
    page.locator(".cm-content").click()
    page.keyboard.press("Control+a")
    page.locator(".cm-content").evaluate(PASTE, TRACKING)
    first: list[float] = []

    def hear(frame: Any) -> None:
        match = re.search(r'"moment": ([\d.]+)', str(frame.get("data", "")))
        if match and not first:
            first.append(float(match[1]))

    session = page.context.new_cdp_session(page)
    session.on("Network.eventSourceMessageReceived", hear)
    session.send("Network.enable")
    page.keyboard.press("Control+Enter")
    drawn: float = page.evaluate(DRAWN)
    page.locator("#submission[data-state=done]").wait_for(timeout=60_000)
    return drawn - first[0]


def sign_in(page: Page, base: str) -> None:
    page.goto(f"{base}/accounts/login/")
    page.fill("input[name=login]", "student")
    page.fill("input[name=password]", "student-demo")
    page.locator("main form button").first.click()
    page.wait_for_url(f"{base}/")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("base_url")
    parser.add_argument("rounds", type=int, nargs="?", default=5)
    parser.add_argument("--slowdown", type=float, default=4)
    parser.add_argument("--browser", default="/usr/bin/chromium")
    options = parser.parse_args()
    base = options.base_url.rstrip("/")
    say_where(f"{options.rounds} rounds, processor {options.slowdown:g} times slower")
    pages = {path: Seen() for path in PAGES}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=options.browser, args=["--no-sandbox"])
        for _ in range(options.rounds):
            for path, seen in pages.items():
                look(browser, base, path, options.slowdown, seen)
        for path, seen in pages.items():
            print(f"  {path}: {spread(seen.paints, 0)} ms; {seen.wire:.0f} kB and {seen.fonts:.0f} kB of fonts")
        page = browser.new_page()
        sign_in(page, base)
        points = [first_point(page, base) * 1000 for _ in range(options.rounds)]
        print(f"  first point of a curve: {spread(points, 0)} ms after it was tracked")
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
