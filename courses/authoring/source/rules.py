"""How markdown-it's tokens become HTML. Each rule has its signature: (renderer, tokens, index, options, env)."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
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
from courses.authoring.source.places import PlaceUnknown

#: ``page``: the ``Page`` that is rendered; ``body``: what renders the body of a directive.
Env = dict[str, Any]
Rule = Callable[..., str]
FENCES = ("fence", "colon_fence")
_REFERENCE = re.compile(r"(?:(.*?)\s*<([^<>]+)>|([^<>]+))", re.DOTALL)


def _fence(_renderer: Any, tokens: Sequence[Token], index: int, _options: Any, env: Env) -> str:
    token, page = tokens[index], env["page"]
    directive = token.meta.get("directive")
    if directive is not None:
        return directives.render(directive, page, env["body"])
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


def _build(*, footnotes: bool, raw_html: bool = False) -> MarkdownIt:
    md = MarkdownIt("commonmark", {"html": raw_html}).enable(["table", "strikethrough"])
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
    rules |= dict.fromkeys(FENCES, _fence)
    rules |= dict.fromkeys(("myst_line_comment", "myst_block_break"), _nothing)
    rules |= dict.fromkeys(("math_inline", "math_inline_double", "math_block", "amsmath"), _math)
    for name, rule in rules.items():
        md.add_render_rule(name, rule)
    return md


MARKDOWN = _build(footnotes=True)
#: Notebooks are full of HTML; what of it is harmless stays, the sanitiser takes the rest.
MARKDOWN_OF_NOTEBOOKS = _build(footnotes=True, raw_html=True)
RENDERER: Any = MARKDOWN.renderer  # its protocol leaves renderInline out
#: For the bodies of directives: footnotes of their own would number themselves from one again.
NESTED = _build(footnotes=False)
