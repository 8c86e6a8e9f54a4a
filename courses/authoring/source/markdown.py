"""Markdown to HTML: MyST's syntax where a course needs it, on markdown-it-py, every mistake at its line."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.amsmath import amsmath_plugin
from mdit_py_plugins.colon_fence import colon_fence_plugin
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.myst_blocks import myst_block_plugin
from mdit_py_plugins.myst_role import myst_role_plugin

from courses.authoring.source import directives
from courses.authoring.source.cjk import cjk_plugin
from courses.authoring.source.page import Page
from courses.authoring.source.places import PlaceUnknown
from courses.authoring.source.sanitise import clean

Env = dict[str, Any]
Rule = Callable[..., str]
_REFERENCE = re.compile(r"(?:(.*?)\s*<([^<>]+)>|([^<>]+))", re.DOTALL)
_FENCES = ("fence", "colon_fence")


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
        directive = token.meta.get("directive") if token.type in _FENCES else None
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
    _annotate(tokens, page, text.split("\n"))
    return clean(MARKDOWN.renderer.render(tokens, MARKDOWN.options, {"page": page}))


def render_question(text: str, page: Page) -> dict[str, str]:
    """The first paragraph as a legend, which may hold no blocks, and what follows it."""
    tokens = _parse(text, page)
    if tokens and tokens[0].type == "paragraph_open":
        legend, rest = tokens[1:2], tokens[3:]
    else:
        page.add(page.first_line, "the question does not start with a paragraph", "a sentence first")
        legend, rest = [], tokens
    env = {"page": page}
    return {
        "legend": clean(MARKDOWN.renderer.render(legend, MARKDOWN.options, env)),
        "body": clean(MARKDOWN.renderer.render(rest, MARKDOWN.options, env)),
    }


def render_sections(text: str, page: Page) -> list[dict[str, str]]:
    """A text of questions (headings of level 2) and their answers."""
    tokens = _parse(text, page)
    _check_headings(tokens, page, top_level=2)
    starts = [index for index, token in enumerate(tokens) if token.type == "heading_open" and token.tag == "h2"]
    if tokens and (not starts or starts[0] > 0) and tokens[0].type != "myst_target":
        page.add(tokens[0].meta["line"], "a text before the first question", "`## ` and a question first")
    sections = []
    for start, end in zip(starts, [*starts[1:], len(tokens)], strict=True):
        env = {"page": page}
        question = clean(MARKDOWN.renderer.render(tokens[start + 1 : start + 2], MARKDOWN.options, env))
        answer = clean(MARKDOWN.renderer.render(tokens[start + 3 : end], MARKDOWN.options, env))
        if not answer.strip():
            page.add(tokens[start].meta["line"], "the question has no answer", "a text under it")
        sections.append({"id": tokens[start].meta["id"], "question": question, "html": answer})
    return sections


def anchors(text: str) -> tuple[set[str], set[str]]:
    """The ids and the labels of a text, found before any text is rendered, so that texts can link to each other."""
    tokens = MARKDOWN.parse(text, {})
    labels = {label for label, _heading in _targets(tokens) if label}
    return labels | {heading.meta["id"] for heading in _headings(tokens)} | _figure_names(tokens), labels


def _parse(text: str, page: Page) -> list[Token]:
    tokens = (NESTED if page.nested else MARKDOWN).parse(text, {"page": page})
    _annotate(tokens, page, text.split("\n"))
    _headings(tokens)
    return tokens


def _body(text: str, page: Page) -> str:
    tokens = _parse(text, page)
    for token in tokens:
        if token.type == "heading_open":
            page.add(token.meta["line"], "a heading inside a block", "headings at the top level only")
    return str(NESTED.renderer.render(tokens, NESTED.options, {"page": page}))


def _flush(chunk: list[Token], page: Page, rendered: Rendered) -> None:
    html = clean(MARKDOWN.renderer.render(chunk, MARKDOWN.options, {"page": page})).strip()
    if html:
        rendered.segments.append({"kind": "html", "html": html})
    chunk.clear()


def _annotate(tokens: list[Token], page: Page, lines: Sequence[str]) -> None:
    """Give every token its line, and fences their directives."""
    line = page.first_line
    for token in tokens:
        if token.map:
            line = page.first_line + token.map[0]
        token.meta["line"] = line
        _annotate_children(token, page, line)
        if token.type in _FENCES:
            token.meta["directive"] = directives.parse(token.info, token.content, line)
            begin, end = token.map or (0, 0)
            if end - begin < 2 or not _is_closed(lines[end - 1], token):
                page.add(line, "the block is not closed", f"a line {token.markup} after it")


def _annotate_children(token: Token, page: Page, line: int) -> None:
    for child in token.children or []:
        child.meta["line"] = line
        line += child.type in ("softbreak", "hardbreak") or child.content.count("\n")
        if child.type == "text" and "$$" in child.content:
            page.add(child.meta["line"], "a $$ is not closed", "$$ on both sides of the formula")


def _is_closed(last: str, token: Token) -> bool:
    """markdown-it lets the end of the text close a block; authors mean it never."""
    bare = last.strip().lstrip("> ").strip()
    return len(bare) >= len(token.markup) and set(bare) == {token.markup[0]}


def _headings(tokens: list[Token]) -> list[Token]:
    """The heading tokens, each with an id: its label, or its words, made unique."""
    found: list[Token] = []
    taken: set[str] = set()
    pending = ""
    for index, token in enumerate(tokens):
        if token.type == "myst_target":
            pending = token.content
        elif token.type == "heading_open":
            slug = pending or re.sub(r"[^\w]+", "-", _plain(tokens[index + 1]).lower()).strip("-") or "section"
            number = 2
            identity = slug
            while identity in taken:
                identity, number = f"{slug}-{number}", number + 1
            taken.add(identity)
            token.meta["id"] = identity
            token.meta["text"] = _plain(tokens[index + 1])
            token.attrSet("id", identity)
            found.append(token)
            pending = ""
        elif token.type.endswith("_open") or token.type in _FENCES:
            pending = ""
    return found


def _targets(tokens: list[Token]) -> Iterator[tuple[str, Token | None]]:
    for index, token in enumerate(tokens):
        if token.type == "myst_target":
            after = tokens[index + 1] if index + 1 < len(tokens) else None
            yield token.content, after if after is not None and after.type == "heading_open" else None


def _figure_names(tokens: list[Token]) -> set[str]:
    parsed = (directives.parse(token.info, token.content, 1) for token in tokens if token.type in _FENCES)
    return {directive.options["name"] for directive in parsed if directive and directive.options.get("name")}


def _plain(inline: Token) -> str:
    return "".join(child.content if child.content else " " for child in inline.children or []).strip()


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
            html = clean(RENDERER.renderInline(shown, MARKDOWN.options, {"page": page}))
            contents.append(
                {"level": int(token.tag[1]), "id": token.meta["id"], "text": token.meta["text"], "html": html}
            )
    return contents


# How tokens become HTML. The signature is markdown-it's: (renderer, tokens, index, options, env).


def _fence(_renderer: Any, tokens: Sequence[Token], index: int, _options: Any, env: Env) -> str:
    token, page = tokens[index], env["page"]
    directive = token.meta.get("directive")
    if directive is not None:
        return directives.render(directive, page, _body)
    return directives.listing(token.content, token.info.strip().split(" ")[0], page, line=token.meta["line"])


def _indented(_renderer: Any, tokens: Sequence[Token], index: int, _options: Any, env: Env) -> str:
    return directives.listing(tokens[index].content, "text", env["page"], line=tokens[index].meta["line"])


def _math(_renderer: Any, tokens: Sequence[Token], index: int, _options: Any, env: Env) -> str:
    token = tokens[index]
    display = token.type != "math_inline"
    html = directives.formula(token.content, env["page"], line=token.meta["line"], display=display)
    return f"{html}\n" if display else html


def _target(_renderer: Any, tokens: Sequence[Token], index: int, _options: Any, _env: Env) -> str:
    """A label before a heading is the heading's id; elsewhere it is a place of its own."""
    after = tokens[index + 1] if index + 1 < len(tokens) else None
    if after is not None and after.type == "heading_open":
        return ""
    return f'<span id="{escape(tokens[index].content)}"></span>'


def _nothing(_renderer: Any, _tokens: Sequence[Token], _index: int, _options: Any, _env: Env) -> str:
    return ""


def _link(renderer: Any, tokens: Sequence[Token], index: int, options: Any, env: Env) -> str:
    token, page = tokens[index], env["page"]
    href = str(token.attrGet("href") or "")
    try:
        token.attrSet("href", page.places.link(href, base=page.file))
    except PlaceUnknown as error:
        page.add(token.meta["line"], str(error), error.expected)
    if href.startswith(("http://", "https://")):
        token.attrSet("rel", "noopener noreferrer")
        token.attrSet("class", "external")
    return str(renderer.renderToken(tokens, index, options, env))


def _image(_renderer: Any, tokens: Sequence[Token], index: int, _options: Any, env: Env) -> str:
    token, page = tokens[index], env["page"]
    if not token.content.strip():
        page.add(token.meta["line"], "the image has no description", "![what it shows](file)")
    return directives.picture(str(token.attrGet("src") or ""), token.content, page, line=token.meta["line"])


def _role(_renderer: Any, tokens: Sequence[Token], index: int, _options: Any, env: Env) -> str:
    token, page = tokens[index], env["page"]
    line = token.meta["line"]
    match = _REFERENCE.fullmatch(token.content.strip())
    if token.meta["name"] != "ref" or match is None:
        page.add(line, f"the role {{{token.meta['name']}}} is unknown", "{ref}`text <label>`")
        return escape(token.content)
    text, label = match[1] or match[3], (match[2] or match[3]).strip()
    try:
        href = page.places.reference(label, base=page.file, language=page.language)
    except PlaceUnknown as error:
        page.add(line, str(error), error.expected)
        return escape(text)
    return f'<a href="{escape(href)}">{escape(text)}</a>'


def _table_open(_renderer: Any, _tokens: Sequence[Token], _index: int, _options: Any, env: Env) -> str:
    label = escape(directives.word("table", env["page"].language))
    return f'<div class="table-scroll" tabindex="0" role="region" aria-label="{label}"><table class="table">\n'


def _table_close(_renderer: Any, _tokens: Sequence[Token], _index: int, _options: Any, _env: Env) -> str:
    return "</table></div>\n"


def _cell(renderer: Any, tokens: Sequence[Token], index: int, options: Any, env: Env) -> str:
    """The alignment of a column as a class: the site's security policy refuses style attributes."""
    token = tokens[index]
    if style := token.attrs.pop("style", None):
        token.attrSet("class", f"cell-{str(style).rpartition(':')[2].strip()}")
    return str(renderer.renderToken(tokens, index, options, env))


def _build(*, footnotes: bool) -> MarkdownIt:
    md = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    dollarmath_plugin(md, allow_space=False, double_inline=True, allow_labels=False)
    for plugin in (amsmath_plugin, colon_fence_plugin, myst_block_plugin, myst_role_plugin, cjk_plugin):
        plugin(md)
    if footnotes:
        footnote_plugin(md)
    rules: dict[str, Rule] = {
        "link_open": _link,
        "image": _image,
        "myst_role": _role,
        "myst_target": _target,
        "code_block": _indented,
    }
    rules |= {"table_open": _table_open, "table_close": _table_close, "th_open": _cell, "td_open": _cell}
    rules |= dict.fromkeys(_FENCES, _fence)
    rules |= dict.fromkeys(("myst_line_comment", "myst_block_break"), _nothing)
    rules |= dict.fromkeys(("math_inline", "math_inline_double", "math_block", "amsmath"), _math)
    for name, rule in rules.items():
        md.add_render_rule(name, rule)
    return md


MARKDOWN = _build(footnotes=True)
RENDERER: Any = MARKDOWN.renderer  # its protocol leaves renderInline out
#: For the bodies of directives: footnotes of their own would number themselves from one again.
NESTED = _build(footnotes=False)
