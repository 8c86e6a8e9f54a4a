"""What axe-core finds on a page (WCAG 2.2 AA), in the light and in the dark, with one load of the page."""

from __future__ import annotations

import os
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.e2e.conftest import ROOT

AXE = ROOT / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
#: Frames there are none, and style sheets need not be fetched again to be read.
QUICKLY = {"resultTypes": ["violations"], "preload": False, "iframes": False}
#: Changing colours takes its moment, however short.
SETTLED = """Promise.all(document.getAnimations()
  .filter(each => Number.isFinite(each.effect.getComputedTiming().endTime))
  .map(each => each.finished.catch(() => null)))"""


class Judge:
    """Collects what axe-core finds: all of its rules in the light, contrast alone in the dark."""

    def __init__(self) -> None:
        if not AXE.exists():
            reason = "no axe-core here; `python3 scripts/bootstrap.py setup` fetches it"
            pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
        self._source = AXE.read_text(encoding="utf-8")
        self.found: list[str] = []

    def __call__(self, page: Page, name: str, *, dark: bool = True) -> None:
        page.evaluate(self._source)
        self._run(page, f"{name}, light", {"runOnly": {"type": "tag", "values": RULES}})
        if not dark:
            return
        page.emulate_media(color_scheme="dark")
        page.evaluate(SETTLED)
        self._run(page, f"{name}, dark", {"runOnly": {"type": "rule", "values": ["color-contrast"]}})
        page.emulate_media(color_scheme="light")

    def _run(self, page: Page, where: str, options: dict[str, Any]) -> None:
        found = page.evaluate("options => axe.run(document, options)", {**options, **QUICKLY})
        for violation in found["violations"]:
            places = [f"{node['target'][0]} {node['html'][:120]}" for node in violation["nodes"][:3]]
            self.found.append(f"{where}: {violation['id']} at {places}")
