"""Three rules that Markdown lacks for Chinese, Japanese and Korean.

CommonMark lets ``**`` open or close beside punctuation only if white space or punctuation stands on its other side.
Chinese has no spaces, so ``**粗体。**中文`` stays unrendered. Here a wide character counts there as a space does.
A line break between two wide characters is no space.
And no line begins with the comma that follows a formula: browsers would allow it, a formula being no character.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.common.utils import isMdAsciiPunct, isPunctChar, isWhiteSpace
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline.state_inline import Delimiter
from markdown_it.token import Token


def is_wide(character: str) -> bool:
    """Han, kana, hangul and their punctuation; in Unicode's words, East Asian width W or F."""
    return character != "" and unicodedata.east_asian_width(character) in "WF"


FORMULA_AND_MARK = re.compile(
    r"(<math(?![^>]*display=\"block\")[^>]*>(?:(?!</math>).)*</math>[，。；：、！？）》」』”’])", re.DOTALL
)


def keep_marks(html: str) -> str:
    """Formulas of a line, each with the mark of punctuation after it, in a span that is not broken."""
    return FORMULA_AND_MARK.sub(r'<span class="nowrap">\1</span>', html)


def cjk_plugin(md: MarkdownIt) -> None:
    md.inline.ruler.at("emphasis", _emphasis)
    md.core.ruler.push("cjk_breaks", _breaks)
    md.add_render_rule("softbreak", _softbreak)


def _emphasis(state: StateInline, silent: bool) -> bool:  # noqa: FBT001  # the signature of markdown-it's rules
    marker = state.src[state.pos]
    if silent or marker not in "*_":
        return False
    can_open, can_close, length = _scan(state, splits_words=marker == "*")
    for _ in range(length):
        state.push("text", "", 0).content = marker
        at = len(state.tokens) - 1
        state.delimiters.append(
            Delimiter(marker=ord(marker), length=length, token=at, end=-1, open=can_open, close=can_close)
        )
    state.pos += length
    return True


def _scan(state: StateInline, *, splits_words: bool) -> tuple[bool, bool, int]:
    start = end = state.pos
    while end < state.posMax and state.src[end] == state.src[start]:
        end += 1
    before = state.src[start - 1] if start > 0 else " "
    after = state.src[end] if end < state.posMax else " "
    opens = _attaches(inside=after, outside=before)
    closes = _attaches(inside=before, outside=after)
    can_open = opens and (splits_words or not closes or _is_punctuation(before))
    can_close = closes and (splits_words or not opens or _is_punctuation(after))
    return can_open, can_close, end - start


def _attaches(*, inside: str, outside: str) -> bool:
    """Whether a run of markers belongs to the character inside: CommonMark's "flanking", wide characters let in."""
    if isWhiteSpace(ord(inside)):
        return False
    if is_wide(inside) or not _is_punctuation(inside):
        return True
    return isWhiteSpace(ord(outside)) or _is_punctuation(outside) or is_wide(outside)


def _is_punctuation(character: str) -> bool:
    return isMdAsciiPunct(ord(character)) or isPunctChar(character)


def _breaks(state: StateCore) -> None:
    for block in state.tokens:
        children = block.children or []
        for index, token in enumerate(children):
            if token.type == "softbreak":
                before, after = _edge(children[:index], last=True), _edge(children[index + 1 :], last=False)
                token.meta["joins"] = is_wide(before) and is_wide(after)


def _softbreak(_renderer: Any, tokens: Sequence[Token], index: int, _options: Any, _env: Any) -> str:
    return "" if tokens[index].meta.get("joins") else "\n"


def _edge(tokens: list[Token], *, last: bool) -> str:
    """The visible character next to a line break, beyond marks such as ``**``."""
    for token in reversed(tokens) if last else tokens:
        if token.content and token.type in ("text", "code_inline"):
            return token.content[-1 if last else 0]
        if token.type not in ("text", "strong_open", "strong_close", "em_open", "em_close", "link_open", "link_close"):
            return ""
    return ""
