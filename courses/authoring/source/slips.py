"""What Markdown takes for plain text without a word, although its author meant something by it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from markdown_it.token import Token

from courses.authoring.source.page import Page

#: A link with a parenthesis of Chinese type: only what looks like an address, since “[1]（见下）” may be meant.
_WIDE = re.compile(r"\[[^\]]+\](?:（[^（）()\s]*[/.#][^（）()\s]*[）)]|\([^（）()\s]*[/.#][^（）()\s]*）)")
_FOOTNOTE = re.compile(r"\[\^([^\]\s]+)\](?!:)")
_GIVEN = re.compile(r" {0,3}\[\^([^\]\s]+)\]:")
_ROW = re.compile(r"\s*\|.*\|\s*")
_UNDER_HEAD = re.compile(r"\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*")
_ELEMENTS = (
    "a|b|big|br|button|center|code|details|div|em|embed|font|form|h[1-6]|hr|i|iframe|img|input|kbd|li|link|mark|meta|"
    "object|ol|p|pre|q|script|small|span|strong|style|sub|summary|sup|svg|table|tbody|td|th|thead|tr|u|ul|video"
)
_ELEMENT = re.compile(rf"</?(?:{_ELEMENTS})(?:\s[^<>]*)?/?>", re.IGNORECASE)


def check_slips(tokens: Sequence[Token], page: Page, lines: Sequence[str]) -> None:
    """Add a problem for each; ``tokens`` have their lines already."""
    seen: set[str] = set()
    fenced = {number for token in tokens if token.type in ("fence", "code_block") for number in range(*token.map or ())}
    for number, line in enumerate(lines):
        if number not in fenced and (match := _GIVEN.match(line)):
            if match[1] in seen:
                page.add(page.first_line + number, f"the footnote [^{match[1]}] is given twice", "a name of its own")
            seen.add(match[1])
    for token in tokens:
        if token.type == "inline":
            _check_table(token, page)
            for child in token.children or []:
                _check_child(child, page)


def _check_child(child: Token, page: Page) -> None:
    line = child.meta["line"]
    if child.type == "link_open" and not child.attrGet("href"):
        page.add(line, "the link leads nowhere", "[text](address)")
    if child.type != "text":
        return
    for match in _WIDE.finditer(child.content):
        page.add(line, f"{match[0][:100]} has a wide parenthesis, and is no link so", "`(` and `)` around the address")
    for match in _FOOTNOTE.finditer(child.content):
        if page.nested:
            page.add(line, f"the footnote [^{match[1]}] stands inside of a block", "it in the text around the block")
        else:
            page.add(line, f"the footnote [^{match[1]}] is given nowhere", f"a line `[^{match[1]}]: …` below")
    if not page.notebook and (element := _ELEMENT.search(child.content)):
        expected = "Markdown, or backquotes around it where readers are to see it"
        page.add(line, f"HTML is no part of a text here, and `{element[0][:60]}` would be shown as it stands", expected)


def _check_table(token: Token, page: Page) -> None:
    """A paragraph that looks like a table is one whose head and second line have different numbers of columns."""
    rows = token.content.split("\n")
    for number, (head, under) in enumerate(pairwise(rows)):
        if _ROW.fullmatch(head) and "|" in under and _UNDER_HEAD.fullmatch(under):
            message = "this table's head and the line below it have different numbers of columns"
            page.add(token.meta["line"] + number, message, "as many `---` as columns")
            return
