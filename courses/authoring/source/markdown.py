"""Markdown to HTML: MyST's syntax where a course needs it, on markdown-it-py, every mistake at its line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from typing import Any

from markdown_it.token import Token

from courses.authoring.source import directives
from courses.authoring.source.cjk import keep_marks
from courses.authoring.source.page import Page
from courses.authoring.source.rules import FENCES, MARKDOWN, MARKDOWN_OF_NOTEBOOKS, NESTED, RENDERER
from courses.authoring.source.sanitise import clean
from courses.authoring.source.slips import check_slips
from courses.authoring.source.tokens import annotate, figure_names, headings, targets

_QUESTION = ("heading_open", "h2", 0)


@dataclass(kw_only=True)
class Rendered:
    """A text as segments (see ``catalog.models.Chapter``) and its table of contents."""

    segments: list[dict[str, str]] = field(default_factory=list)
    toc: list[dict[str, Any]] = field(default_factory=list)

    @property
    def html(self) -> str:
        return "".join(segment.get("html", "") for segment in self.segments)


def render(text: str, page: Page, *, top_level: int = 2) -> Rendered:
    """A whole text. Its headings start at ``top_level``, as the page around it has those above."""
    tokens = _parse(text, page)
    _check_headings(tokens, page, top_level=top_level)
    rendered = Rendered()
    chunk: list[Token] = []
    for token in tokens:
        directive = token.meta.get("directive") if token.type in FENCES else None
        if directive is None or directive.name not in directives.BLOCKS or token.level > 0:
            chunk.append(token)
            continue
        before = len(page.used)
        directives.render(directive, page, _body)
        if len(page.used) > before:
            _flush(chunk, page, rendered)
            rendered.segments.append({"kind": directive.name, "slug": directive.argument})
    _flush(chunk, page, rendered)
    rendered.toc = _contents(tokens, page)
    return rendered


def render_inline(text: str, page: Page) -> str:
    """A text of one paragraph, without a paragraph around it: a choice, a question."""
    tokens = MARKDOWN.parseInline(text, {"page": page})
    annotate(tokens, page, text.split("\n"))
    return _html(tokens, page)


def render_question(text: str, page: Page) -> dict[str, str]:
    """The first paragraph as a legend, which may hold no blocks, and what follows it."""
    tokens = _parse(text, page)
    if tokens and tokens[0].type == "paragraph_open":
        legend, rest = tokens[1:2], tokens[3:]
    else:
        page.add(page.first_line, "the question does not start with a paragraph", "a sentence first")
        legend, rest = [], tokens
    return {
        "legend": _html(legend, page),
        "body": _html(rest, page),
    }


def render_sections(text: str, page: Page) -> list[dict[str, str]]:
    """A text of questions (headings of level 2) and their answers."""
    tokens = _parse(text, page)
    _check_headings(tokens, page, top_level=2)
    starts = [index for index, token in enumerate(tokens) if (token.type, token.tag, token.level) == _QUESTION]
    if not starts:
        page.add(page.first_line, "there is no question", "`## ` and a question, then its answer")
    if starts and starts[0] > 0 and tokens[0].type != "myst_target":
        page.add(tokens[0].meta["line"], "a text before the first question", "`## ` and a question first")
    sections = []
    for start, end in pairwise([*starts, len(tokens)]):
        question = _html(tokens[start + 1 : start + 2], page)
        answer = _html(tokens[start + 3 : end], page)
        if not answer.strip():
            page.add(tokens[start].meta["line"], "the question has no answer", "a text under it")
        sections.append({"id": tokens[start].meta["id"], "question": question, "html": answer})
    return sections


@lru_cache(maxsize=1024)
def anchors(text: str) -> tuple[frozenset[str], tuple[str, ...]]:
    """The ids and the labels of a text, found before any text is rendered, so that texts can link to each other."""
    tokens = MARKDOWN.parse(text, {})
    labels = tuple(label for label, _heading in targets(tokens) if label)
    found = set(labels) | {heading.meta["id"] for heading in headings(tokens)} | figure_names(tokens)
    return frozenset(found), labels


def _parse(text: str, page: Page) -> list[Token]:
    parser = NESTED if page.nested else MARKDOWN_OF_NOTEBOOKS if page.notebook else MARKDOWN
    tokens = parser.parse(text, {"page": page})
    lines = text.split("\n")
    annotate(tokens, page, lines)
    check_slips(tokens, page, lines)
    headings(tokens)
    return tokens


def _body(text: str, page: Page) -> str:
    tokens = _parse(text, page)
    for token in tokens:
        if token.type == "heading_open":
            page.add(token.meta["line"], "a heading inside a block", "headings at the top level only")
    return str(NESTED.renderer.render(tokens, NESTED.options, {"page": page, "body": _body}))


def _html(tokens: Sequence[Token], page: Page) -> str:
    return keep_marks(clean(MARKDOWN.renderer.render(tokens, MARKDOWN.options, {"page": page, "body": _body})))


def _flush(chunk: list[Token], page: Page, rendered: Rendered) -> None:
    html = _html(chunk, page).strip()
    if html:
        rendered.segments.append({"kind": "html", "html": html})
    chunk.clear()


def _check_headings(tokens: list[Token], page: Page, *, top_level: int) -> None:
    previous = top_level - 1
    for token in tokens:
        if token.type != "heading_open":
            continue
        level = int(token.tag[1])
        if level < top_level:
            page.add(token.meta["line"], "a heading of level 1", "## and below: the page's title is given elsewhere")
        elif level > previous + 1:
            page.add(
                token.meta["line"], f"a heading of level {level} follows one of level {previous}", "no level left out"
            )
        previous = max(level, top_level - 1)


def _contents(tokens: list[Token], page: Page) -> list[dict[str, Any]]:
    contents = []
    for index, token in enumerate(tokens):
        if token.type == "heading_open" and token.level == 0 and token.tag in ("h2", "h3"):
            shown = [
                child for child in tokens[index + 1].children or [] if not child.type.startswith(("link_", "footnote"))
            ]
            html = clean(RENDERER.renderInline(shown, MARKDOWN.options, {"page": page, "body": _body}))
            contents.append(
                {"level": int(token.tag[1]), "id": token.meta["id"], "text": token.meta["text"], "html": html}
            )
    return contents
