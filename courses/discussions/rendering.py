"""Readers' Markdown to HTML: what lessons have of code, formulas and tables, and nothing of what only authors may.

Everything a reader writes is hostile. No HTML of theirs passes (``html: False``), no directive, no picture, no id and
no class; a code block's language is one of a few whose lexers take time in proportion to the text; formulas are bounded
in number, length and depth. The sanitiser has the last word, as it has over lessons.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.amsmath import amsmath_plugin
from mdit_py_plugins.dollarmath import dollarmath_plugin

from courses.authoring.source.cjk import cjk_plugin, keep_marks
from courses.authoring.source.formulas import FormulaInvalid, to_mathml
from courses.authoring.source.highlight import to_html as highlighted
from courses.authoring.source.rules import Rule
from courses.authoring.source.sanitise import clean_of_strangers

MAX_FORMULAS = 100
MAX_TEX = 1000  #: characters of one formula
MAX_ALL_TEX = 8000  #: of all formulas of a post together
MAX_DEPTH = 20  #: of braces in braces
#: Of a table, as if each line had as many as the longest: the parser fills rows up to the width of the first.
MAX_CELLS = 3000
LANGUAGES = {
    **dict.fromkeys(("python", "py", "python3"), "python"),
    **dict.fromkeys(("bash", "sh", "shell", "console"), "bash"),
    **{name: name for name in ("json", "diff", "pycon", "pytb")},
}
#: What stands where a solution is withheld; nobody else can write this, since every ``<`` of theirs is escaped.
WITHHELD = '<p class="withheld"></p>'
CODE = ("fence", "code_block")
_FORMULAS = ("math_inline", "math_inline_double", "math_block", "math_block_label", "amsmath")
#: Characters that turn the direction of what follows, and so can make code read as what it is not.
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069\u200e\u200f]")
_EMPTY_LINES = re.compile(r"\n(?:[ \t]*\n){3,}")
_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]")


@dataclass(frozen=True, kw_only=True)
class Parsed:
    """A text taken apart."""

    text: str
    tokens: Sequence[Token]
    blocks: tuple[str, ...]  #: the code blocks, in order
    prose: str  #: what stands outside of them


def clean_text(text: str) -> str:
    """One kind of line ends, and nothing that cannot be seen."""
    text = _TURNING.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    seen = (char for char in text if char in "\n\t" or unicodedata.category(char) not in ("Cc", "Cs"))
    return "".join(seen).strip("\n").rstrip()


def clean_line(text: str) -> str:
    return " ".join(clean_text(text).split())


def language_of(text: str) -> str:
    return "zh-Hans" if _HAN.search(text) else "en"


def parse(text: str) -> Parsed:
    cells = max((line.count("|") for line in text.split("\n")), default=0) * text.count("\n")
    tokens = (_MARKDOWN if cells <= MAX_CELLS else _WITHOUT_TABLES).parse(text, {})
    blocks = tuple(token.content for token in _code(tokens))
    prose = "\n".join(token.content for token in tokens if token.type in ("inline", *_FORMULAS))
    return Parsed(text=text, tokens=tokens, blocks=blocks, prose=prose)


def to_html(parsed: Parsed, *, withheld: frozenset[int] = frozenset()) -> str:
    """The text as HTML, without the code blocks of these numbers."""
    for number, token in enumerate(_code(parsed.tokens)):
        token.meta["withheld"] = number in withheld
    env = {"formulas": 0, "tex": 0}
    html = _MARKDOWN.renderer.render(parsed.tokens, _MARKDOWN.options, env)
    return keep_marks(clean_of_strangers(html))


def _code(tokens: Sequence[Token]) -> list[Token]:
    return [token for token in tokens if token.type in CODE]


def _block(_renderer: Any, tokens: Sequence[Token], index: int, _options: Any, _env: Any) -> str:
    token = tokens[index]
    if token.meta.get("withheld"):
        return f"{WITHHELD}\n"
    code = _EMPTY_LINES.sub("\n\n\n", token.content)  # over many of them a lexer for Python takes its time squared
    return highlighted(code, LANGUAGES.get(token.info.strip().split(" ")[0].lower(), "text"))


def _formula(_renderer: Any, tokens: Sequence[Token], index: int, _options: Any, env: Any) -> str:
    """The formula, or its TeX as code where it is none, or too much."""
    token = tokens[index]
    tex, display = token.content.strip(), token.type != "math_inline"
    env["formulas"] += 1
    env["tex"] += len(tex)
    fits = env["formulas"] <= MAX_FORMULAS and env["tex"] <= MAX_ALL_TEX and len(tex) <= MAX_TEX
    if fits and _depth(tex) <= MAX_DEPTH:
        try:
            return to_mathml(tex, display=display) + ("\n" if display else "")
        except FormulaInvalid:
            pass  # shown as it was written
    return f"<code>{escape(token.content)}</code>"


def _depth(tex: str) -> int:
    deepest = depth = 0
    for char in tex:
        depth += (char == "{") - (char == "}")
        deepest = max(deepest, depth)
    return deepest + tex.count("\\left") + tex.count("\\begin")


def _heading(_renderer: Any, tokens: Sequence[Token], index: int, _options: Any, _env: Any) -> str:
    """A page's headings are its own: a reader's are lines in bold."""
    return "<p><strong>" if tokens[index].nesting > 0 else "</strong></p>\n"


def _link(renderer: Any, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    token = tokens[index]
    href = str(token.attrGet("href") or "")
    if href.startswith(("http://", "https://")):
        token.attrSet("class", "external")
    token.attrs.pop("title", None)
    token.attrSet("rel", "nofollow ugc noopener noreferrer")
    return str(renderer.renderToken(tokens, index, options, env))


def _table(_renderer: Any, tokens: Sequence[Token], index: int, _options: Any, _env: Any) -> str:
    opens = tokens[index].nesting > 0
    return '<div class="table-scroll" tabindex="0"><table class="table">\n' if opens else "</table></div>\n"


def _cell(renderer: Any, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    """The alignment of a column as a class: the site's security policy refuses style attributes."""
    token = tokens[index]
    if style := token.attrs.pop("style", None):
        token.attrSet("class", f"cell-{str(style).rpartition(':')[2].strip()}")
    return str(renderer.renderToken(tokens, index, options, env))


def _build(*, tables: bool) -> MarkdownIt:
    md = MarkdownIt("commonmark", {"html": False, "breaks": True}).enable("strikethrough")
    if tables:
        md.enable("table")
    md.disable(["image", "html_block", "html_inline", "reference"])
    dollarmath_plugin(md, allow_space=False, double_inline=True, allow_labels=False)
    amsmath_plugin(md)
    cjk_plugin(md)
    rules: dict[str, Rule] = {**dict.fromkeys(CODE, _block), **dict.fromkeys(_FORMULAS, _formula), "link_open": _link}
    rules |= dict.fromkeys(("heading_open", "heading_close"), _heading)
    rules |= dict.fromkeys(("table_open", "table_close"), _table) | dict.fromkeys(("th_open", "td_open"), _cell)
    for name, rule in rules.items():
        md.add_render_rule(name, rule)
    return md


_MARKDOWN = _build(tables=True)
_WITHOUT_TABLES = _build(tables=False)
