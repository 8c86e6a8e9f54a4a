"""Whatever an author or a learner types: a problem or a page, never an exception."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from courses.authoring.source.markdown import anchors, render, render_inline, render_question, render_sections
from courses.authoring.source.page import Page
from courses.authoring.source.places import Map
from courses.quizzes.kinds import KINDS, check
from graders.problems import Problem
from graders.source import parse_yaml
from tests.courses.authoring.sample import Urls

PIECES = [
    *("$", "$$", "\\", "{", "}", "`", "```", "````", ":::", "{note}", "{quiz} q", "{exercise}", "{figure} x.svg", "\n"),
    *(
        "\n\n",
        "#",
        "## ",
        " ",
        "*",
        "**",
        "_",
        "[",
        "](",
        ")",
        "!",
        "|",
        "|---|",
        "> ",
        "- ",
        "1. ",
        "[^a]",
        "[^a]: ",
        "%",
    ),
    *(
        "(a)=",
        "{ref}`a`",
        "{ref}`x <a>`",
        "+++",
        "<b>",
        "<",
        "&",
        "\\frac",
        "\\begin{aligned}",
        "\\end{aligned}",
        "^",
        "中",
    ),
    *(
        "。",
        "”",
        "a",
        "b1",
        "https://x.org",
        ":alt: x",
        "---",
        "\t",
        "\\left(",
        "~~",
        "http://",
        "\u0000",
        "\u200b",
        "😀",
    ),
]
TEXTS = st.lists(st.sampled_from(PIECES), max_size=30).map("".join) | st.text(max_size=60)
QUICK = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def page() -> Page:
    blocks = {"quiz": frozenset({"q"}), "exercise": frozenset({"e"})}
    return Page(file="a.md", language="en", problems=[], places=Map(files={}, urls=Urls()), blocks=blocks)


@QUICK
@given(TEXTS)
def test_any_text_renders_without_a_script(text: str) -> None:
    anchors(text)
    html = render(text, page()).html + render_inline(text, page())
    render_question(text, page())
    render_sections(text, page())
    assert "<script" not in html
    assert " style=" not in html.replace("&", "")


@QUICK
@given(TEXTS | st.text(alphabet="{}[]:,&*!|>-?'\"#@ \n\tab1", max_size=60))
def test_any_yaml_is_data_or_a_problem(text: str) -> None:
    problems: list[Problem] = []
    document = parse_yaml(text, file="a.yaml", problems=problems)
    assert document is not None or problems


ITEMS = [{"id": "a", "partner": "b", "correct": True}, {"id": "c", "partner": "b", "correct": False}]
QUESTION = {
    "choices": ITEMS,
    "items": ITEMS,
    "partners": [{"id": "b"}],
    "answer": "1",
    "unit": "m",
    "case": False,
    "variables": ["x", "w_1"],
    "domain": "real",
}
FORMULA = st.lists(st.sampled_from([*"xwe12.()^*/+-|{}_ =,σ²√", "\\frac", "exp", "w_1", "sin"]), max_size=40).map(
    "".join
)


@QUICK
@given(st.text(max_size=40) | st.text(alphabet="0123456789.,eE+-−×x^/% ()[]，ab", max_size=20) | FORMULA)
def test_any_answer_to_any_kind_of_question_is_judged(typed: str) -> None:
    for kind in KINDS:
        check({**QUESTION, "type": kind}, typed)
        check({**QUESTION, "type": kind}, [typed, "a 1"])
