"""What is found out about tokens before they are rendered: their lines, their ids, what they name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from markdown_it.token import Token

from courses.authoring.source import directives
from courses.authoring.source.page import Page
from courses.authoring.source.rules import FENCES

#: Ids that the page around a text has itself.
_RESERVED = re.compile(r"main|chapters|(quiz|exercise)-.*|fn(ref)?[0-9:]+")


def annotate(tokens: list[Token], page: Page, lines: Sequence[str]) -> None:
    """Give every token its line, and fences their directives."""
    line = page.first_line
    for token in tokens:
        if token.map:
            line = page.first_line + token.map[0]
        token.meta["line"] = line
        _annotate_children(token, page, line)
        if token.type in FENCES:
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


def headings(tokens: list[Token]) -> list[Token]:
    """The heading tokens, each with an id: its label, or its words, made unique."""
    found: list[Token] = []
    taken: set[str] = set()
    pending = ""
    for index, token in enumerate(tokens):
        if token.type == "myst_target":
            pending = token.content
        elif token.type == "heading_open":
            slug = pending or re.sub(r"[^\w]+", "-", _plain(tokens[index + 1]).lower()).strip("-") or "section"
            identity = slug = f"{slug}-section" if _RESERVED.fullmatch(slug) else slug
            number = 2
            while identity in taken:
                identity, number = f"{slug}-{number}", number + 1
            taken.add(identity)
            token.meta["id"] = identity
            token.meta["text"] = _plain(tokens[index + 1])
            token.attrSet("id", identity)
            found.append(token)
            pending = ""
        elif token.type.endswith("_open") or token.type in FENCES:
            pending = ""
    return found


def targets(tokens: list[Token]) -> Iterator[tuple[str, Token | None]]:
    for index, token in enumerate(tokens):
        if token.type == "myst_target":
            after = tokens[index + 1] if index + 1 < len(tokens) else None
            yield token.content, after if after is not None and after.type == "heading_open" else None


def figure_names(tokens: list[Token]) -> set[str]:
    parsed = (directives.parse(token.info, token.content, 1) for token in tokens if token.type in FENCES)
    return {directive.options["name"] for directive in parsed if directive and directive.options.get("name")}


def _plain(inline: Token) -> str:
    return "".join(child.content if child.content else " " for child in inline.children or []).strip()
