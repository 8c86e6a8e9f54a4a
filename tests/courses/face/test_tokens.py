"""The two dark sets are one, and every pair of colours that meets can be read (WCAG AA)."""

from __future__ import annotations

import re

import pytest

from tests.courses.face.messages_of_pages import ROOT

TOKENS = (ROOT / "courseplatform" / "static" / "css" / "tokens.css").read_text(encoding="utf-8")
COLOUR = re.compile(r"--([\w-]+): (#[0-9a-f]{6});")
TEXT_PAIRS = [
    *[
        (ink, paper)
        for ink in ("ink", "ink-soft", "ink-faint", "accent", "seal", "good", "warn", "bad")
        for paper in ("paper", "surface")
    ],
    *[(ink, "sunken") for ink in ("ink", "ink-soft", "ink-faint", "accent")],
    *[(name, f"{name}-wash") for name in ("good", "warn", "bad", "mute", "seal")],
    *[("ink", f"{name}-wash") for name in ("accent", "good", "warn", "bad", "seal", "mute")],
    *[("ink-soft", f"{name}-wash") for name in ("good", "bad", "mute")],
    ("accent-strong", "accent-wash"),
    ("accent", "accent-wash"),
    ("on-accent", "accent"),
    ("on-accent", "accent-strong"),
    ("on-seal", "seal"),
    ("paper", "ink"),
    *[
        (f"code-{name}", paper)
        for name in ("ink", "comment", "keyword", "string", "number", "name", "error")
        for paper in ("code-paper", "surface")
    ],
]
SHAPE_PAIRS = [("line-strong", "paper"), ("line-strong", "surface"), ("accent", "paper"), ("seal", "surface")]


def sets() -> dict[str, dict[str, str]]:
    blocks = re.findall(r":root[^{]*{[^}]*}", TOKENS)
    light, system, chosen = (dict(COLOUR.findall(block)) for block in blocks if "--paper" in block)
    return {"light": light, "system": system, "chosen": chosen}


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_the_dark_set_is_the_same_by_system_and_by_choice() -> None:
    assert sets()["system"] == sets()["chosen"]
    assert sets()["light"].keys() == sets()["chosen"].keys()


@pytest.mark.parametrize("theme", ["light", "chosen"])
def test_text_can_be_read_on_what_is_behind_it(theme: str) -> None:
    colours = sets()[theme]
    faint = {pair: ratio for pair in TEXT_PAIRS if (ratio := contrast(colours[pair[0]], colours[pair[1]])) < 4.5}
    assert not faint


@pytest.mark.parametrize("theme", ["light", "chosen"])
def test_edges_of_controls_can_be_seen(theme: str) -> None:
    colours = sets()[theme]
    faint = {pair: ratio for pair in SHAPE_PAIRS if (ratio := contrast(colours[pair[0]], colours[pair[1]])) < 3}
    assert not faint


def test_only_the_tokens_name_colours() -> None:
    sheets = sorted((ROOT / "courseplatform" / "static" / "css").glob("*.css"))
    raw = {
        sheet.name: found
        for sheet in sheets
        if sheet.name != "tokens.css"
        and (found := re.findall(r"#[0-9a-fA-F]{3,8}\b(?=[;\s,)])", sheet.read_text("utf-8")))
    }
    raw = {name: [colour for colour in found if colour not in ("#000",)] for name, found in raw.items()}
    assert not {name: found for name, found in raw.items() if found}
