"""What readers write becomes text, code and formulas, and nothing else; in time that nobody notices."""

from __future__ import annotations

import re
import time

import pytest

from courses.discussions.models.posts import MAX_TEXT
from courses.discussions.rendering import WITHHELD, clean_line, clean_text, parse, to_html
from tests.security.pages import ATTACK, Page


def html_of(text: str) -> str:
    return to_html(parse(clean_text(text)))


def test_code_formulas_and_tables_are_shown() -> None:
    html = html_of(
        "**Why** $x^2$?\n\n```python\ndef f(x): ...\n```\n\n|a|b|\n|-|-:|\n|1|2|\n\n$$\\frac{a}{b}$$\n\n注意**力。**好"
    )
    for wanted in ("<strong>Why</strong>", "<msup>", '<span class="k">def</span>', "<table", "<mfrac>", "cell-right"):
        assert wanted in html
    assert "<strong>力。</strong>" in html


@pytest.mark.parametrize(
    "text",
    [
        ATTACK,
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>\n\n<svg onload=alert(1)>",
        "[x](javascript:alert(1)) [y](JaVaScRiPt:alert(1)) [z](&#106;avascript:alert(1)) [w](data:text/html,x)",
        "<javascript:alert(1)> [x](<javascript:alert(1)>)",
        "[x]\n\n[x]: javascript:alert(1)",
        "![x](https://elsewhere.example/spy.png)",
        f"```{ATTACK}\n{ATTACK}\n```",
        f"    {ATTACK}",
        f"`{ATTACK}`",
        f"${ATTACK}$ $$\n{ATTACK}\n$$",
        r"$\href{javascript:alert(1)}{x}$ $\class{button}{x}$ $\style{position:fixed}{x}$ $\cssId{main}{x}$",
        r"$\text{</math><img data-attack src=x onerror=alert(1)>}$",
        f"|{ATTACK}|\n|-|\n|{ATTACK}|",
        "```{figure} x.png\n:alt: x\n```\n\n```{exercise} attention\n```",
        "(main)=\n# Heading {#main}",
        '<p class="withheld"></p>',
        "```{code-block} python\nx\n```",
        "\u202ereversed\u202c \x00 \x1b[31m",
        f"[{ATTACK}](https://a.example/{ATTACK} '{ATTACK}')",
    ],
)
def test_nothing_hostile_becomes_markup(text: str) -> None:
    html = html_of(text)
    assert Page(html).wrong == []
    for refused in ("<img", "<script", "<svg", " id=", "style=", 'class="button"', WITHHELD, "\u202e", "\x1b", "<h1"):
        assert refused not in html


def test_a_link_is_followed_by_no_search_engine_and_tells_nothing() -> None:
    html = html_of("[x](https://a.example/) and [home](/courses/)")
    assert html.count('rel="nofollow ugc noopener noreferrer"') == 2


def test_a_formula_stays_in_its_place() -> None:
    html = html_of(r"$\hspace{99999em}\raise{900em}{x}\rule{900em}{900em}$ $a\quad b$")
    sizes = dict(re.findall(r'(width|height|depth|voffset|lspace|rspace)="([^"]*)"', html))
    assert "9" not in "".join(sizes.values())
    assert "width" in sizes  # what TeX has of spaces stays


BOMBS = {
    "quotes": ">" * MAX_TEXT,
    "lists": "- " * MAX_TEXT,
    "nested lists": "".join("  " * depth + "- a\n" for depth in range(100)),
    "stars": "**a" * MAX_TEXT,
    "brackets": "[" * MAX_TEXT,
    "links": "![a](" * MAX_TEXT,
    "ticks": "".join("`" * number + " " for number in range(140)),
    "entities": "&" * MAX_TEXT,
    "wide table": "|a" * 200 + "\n" + "|-" * 200 + "\n" + "|\n" * MAX_TEXT,
    "many formulas": "$a_b^c$" * MAX_TEXT,
    "deep formula": "$" + "{" * 900 + "}" * 900 + "$",
    "powers": "$" + "x^" * 400 + "x$",
    "matrix": r"$\begin{matrix}" + "&" * 900 + r"\end{matrix}$",
    "begun": "\\begin{equation}\n" * MAX_TEXT,
    "blank lines of code": "```python\n" + "\n " * MAX_TEXT,
    "fence of signs": "```python\n" + "@" * MAX_TEXT,
}


@pytest.mark.parametrize("name", BOMBS)
def test_no_text_takes_long(name: str) -> None:
    """Bounded by the processor time of this thread, which no neighbour on the machine can use up."""
    text = clean_text(BOMBS[name])[:MAX_TEXT]
    began = time.thread_time()
    to_html(parse(text))
    assert time.thread_time() - began < 1.5


def test_titles_are_one_line_without_what_cannot_be_seen() -> None:
    assert clean_line(" a\n\tb\u202e \x00c ") == "a b c"
