"""The front end's package: pinned to the last digit, and free of the addresses of anybody's registry."""

from __future__ import annotations

import json
import re

from tests.courses.face.messages_of_pages import ROOT

PACKAGE = json.loads((ROOT / "frontend" / "package.json").read_text("utf-8"))
LOCK = json.loads((ROOT / "frontend" / "package-lock.json").read_text("utf-8"))


def test_every_version_is_exact() -> None:
    wanted = PACKAGE["dependencies"] | PACKAGE["devDependencies"]
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in wanted.values())
    locked = {name: LOCK["packages"][f"node_modules/{name}"]["version"] for name in wanted}
    assert locked == wanted


def test_the_lock_names_no_registry_and_trusts_nothing_unseen() -> None:
    packages = {name: package for name, package in LOCK["packages"].items() if name}
    assert not [name for name, package in packages.items() if "resolved" in package]
    assert not [name for name, package in packages.items() if "integrity" not in package]


def test_the_editor_can_do_without_the_web() -> None:
    """What the build takes in comes from its packages: no address of another machine in our own sources."""
    sources = [*(ROOT / "frontend" / "source").glob("*.js"), *(ROOT / "courseplatform" / "static" / "js").glob("*.js")]
    assert sources
    assert not [path.name for path in sources if re.search(r"https?://", path.read_text("utf-8"))]
