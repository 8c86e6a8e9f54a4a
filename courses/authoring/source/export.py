"""A chapter as a notebook to take away: its Python listings become cells, its blocks become plain Markdown."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import nbformat
from nbformat import v4

from courses.authoring.source import directives
from courses.authoring.source.places import Map, PlaceUnknown

_FENCE = re.compile(
    r"^(?P<mark>`{3,}|~{3,}|:{3,})(?P<info>[^\n`]*)\n(?P<body>.*?)^(?P=mark)[ \t]*$\n?", re.MULTILINE | re.DOTALL
)
_LINK = re.compile(r"(!?\[[^\]\n]*\])\(<?([^)\s>]+)>?\)")
_ROLE = re.compile(r"\{ref\}`\s*(.*?)\s*(?:<([^<>`]+)>)?`")
_LABEL = re.compile(r"^\([\w-]+\)=[ \t]*\n", re.MULTILINE)

#: The address of a quiz or an exercise of this course, with its title.
Block = Callable[[str, str], tuple[str, str]]


def to_notebook(markdown: str, *, title: str, file: str, places: Map, block: Block) -> str:
    """A chapter's Markdown as a notebook (nbformat 4), its links as addresses of the site.

    Args:
        file: the chapter's path in the course, which its links start from.
        block: gives ``(title, address)`` of a ``("quiz" | "exercise", slug)``.
    """
    cells: list[Any] = []
    for kind, source in _pieces(f"# {title}\n\n{markdown}"):
        if kind == "code":
            cells.append(v4.new_code_cell(source))  # type: ignore[no-untyped-call]  # no hints there
        elif text := _plain(source, file, places, block).strip():
            cells.append(v4.new_markdown_cell(text))  # type: ignore[no-untyped-call]  # no hints there
    for number, cell in enumerate(cells):
        cell["id"] = f"cell-{number}"  # the same chapter is the same notebook
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    notebook = v4.new_notebook(cells=cells, metadata=kernel)  # type: ignore[no-untyped-call]  # no hints there
    return str(nbformat.writes(notebook))  # type: ignore[no-untyped-call]  # no hints there


def _pieces(text: str) -> Iterator[tuple[str, str]]:
    """The text cut at its Python listings."""
    place = 0
    for match in _FENCE.finditer(text):
        language = match["info"].strip()
        directive = directives.parse(language, match["body"], 1)
        if directive is not None and directive.name in ("code", "code-block"):
            language, body = directive.argument, directive.body
        else:
            body = match["body"]
        if language in ("python", "py"):
            yield "text", text[place : match.start()]
            yield "code", body.strip("\n")
            place = match.end()
    yield "text", text[place:]


def _plain(text: str, file: str, places: Map, block: Block) -> str:
    """Markdown that any Jupyter shows: asides as quotations, figures as images, quizzes and exercises as links."""

    def address(match: re.Match[str]) -> str:
        target = match[2]
        if target.startswith("/"):  # an address of the site already, such as that of an exercise
            return match[0]
        try:
            found = places.figure(target, base=file).url if match[1].startswith("!") else places.link(target, base=file)
        except PlaceUnknown:
            found = target
        return f"{match[1]}({found})"

    def fence(match: re.Match[str]) -> str:
        directive = directives.parse(match["info"], match["body"], 1)
        if directive is None:
            return match[0]
        body = _plain(directive.body, file, places, block).strip()
        if directive.name in directives.BLOCKS:
            name, url = block(directive.name, directive.argument)
            return f"**[{name}]({url})**\n"
        if directive.name == "figure":
            try:
                url = places.figure(directive.argument, base=file).url
            except PlaceUnknown:
                url = directive.argument
            return f"![{directive.options.get('alt', '')}]({url})\n\n{body}\n"
        if directive.name == "math":
            return f"$$\n{body}\n$$\n"
        if directive.name in ("tab-set", "video"):
            return f"{body}\n"
        quoted = "\n".join(f"> {line}".rstrip() for line in body.split("\n"))
        heading = directive.argument or directive.name.capitalize()
        return f"> **{heading}**\n>\n{quoted}\n"

    text = _FENCE.sub(fence, text)
    text = _LABEL.sub("", text)
    text = _ROLE.sub(lambda match: match[1], text)
    return _LINK.sub(address, text)
