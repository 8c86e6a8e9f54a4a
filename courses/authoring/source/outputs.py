"""The outputs of a notebook's cell as harmless HTML: pictures, tables, formulas, text with its colours."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from html import escape
from typing import Any

import nh3
from nbconvert.filters.ansi import ansi2html

from courses.authoring.source.directives import picture, word
from courses.authoring.source.formulas import FormulaInvalid, to_mathml
from courses.authoring.source.page import Page

MAX_TEXT = 20_000
MAX_HTML = 500_000
MAX_DEPTH = 200  #: of elements within each other
#: A terminal's window title and its like; other characters that nobody sees.
_TITLE = re.compile(r"\x1b\][^\x07\x1b\n]{0,1000}(?:\x07|\x1b\\)")
_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_TAG = re.compile(r"</?([A-Za-z][A-Za-z0-9]*)")
_EMPTY = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
_PICTURES = ("image/svg+xml", "image/png", "image/jpeg", "image/gif", "image/webp")
_SCRIPTS = ("application/javascript", "text/javascript")
_WIDGET = "application/vnd.jupyter.widget-view+json"
#: What a table or a formatted text needs. No class and no id: those belong to the page around it.
_TAGS = {
    *("a", "b", "blockquote", "br", "caption", "code", "dd", "del", "div", "dl", "dt", "em", "h4", "h5", "h6", "hr"),
    *("i", "li", "ol", "p", "pre", "s", "span", "strong", "sub", "sup", "table", "tbody", "td", "tfoot", "th"),
    *("thead", "tr", "u", "ul"),
}
_ATTRIBUTES = {"a": {"href"}, "td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan", "scope"}}

#: ``picture(kind, content, cell)``: the path of a picture that was made a file of the course, or None.
Keep = Callable[[str, Any, int], str | None]


def output_html(outputs: Iterable[Mapping[str, Any]], cell: int, page: Page, *, picture: Keep) -> str:
    """All outputs of one cell; empty if nothing of them can be seen."""
    parts = [_output(output, cell, page, picture) for output in _merged(outputs)]
    inside = "".join(part for part in parts if part)
    return f'<div class="output">{inside}</div>\n' if inside else ""


def _merged(outputs: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """What was printed in many small pieces is one text."""
    merged: list[Mapping[str, Any]] = []
    for output in outputs:
        last = merged[-1] if merged else {}
        if output["output_type"] == "stream" == last.get("output_type") and output["name"] == last["name"]:
            merged[-1] = {**last, "text": _string(last["text"]) + _string(output["text"])}
        else:
            merged.append(output)
    return merged


def _output(output: Mapping[str, Any], cell: int, page: Page, keep: Keep) -> str:
    kind = output["output_type"]
    if kind == "stream":
        return _text(_string(output["text"]), error=output["name"] == "stderr")
    if kind == "error":
        return _text("\n".join(output["traceback"]) or f"{output['ename']}: {output['evalue']}", error=True)
    return _data(output.get("data", {}), cell, page, keep)


def _data(data: Mapping[str, Any], cell: int, page: Page, keep: Keep) -> str:
    """The richest form that is harmless; the plain text that every output carries is the last."""
    for kind in _PICTURES:
        if kind in data and (path := keep(kind, data[kind], cell)):
            alt = word("output", page.language).format(number=cell)
            return f"<p>{picture(path, alt, page, line=1)}</p>"
    if "text/latex" in data and (formula := _formula(_string(data["text/latex"]))):
        return formula
    if "text/html" in data and is_bounded(_string(data["text/html"])):
        html = nh3.clean(_string(data["text/html"]), tags=_TAGS, attributes=_ATTRIBUTES, link_rel="noopener noreferrer")
        if re.sub(r"<[^>]*>|\s", "", html):
            return f'<div class="output__html table-scroll" tabindex="0">{_with_class(html)}</div>'
    if "text/plain" in data and _WIDGET not in data and not any(kind in data for kind in _SCRIPTS):
        return _text(_string(data["text/plain"]), error=False)
    return f'<p class="output__absent">{escape(word("interactive", page.language))}</p>' if data else ""


def is_bounded(html: str) -> bool:
    """Cleaning a text of deeply nested elements takes time by the square of its depth."""
    if len(html) > MAX_HTML:
        return False
    depth = deepest = 0
    for tag in _TAG.finditer(html):
        depth = max(0, depth - 1) if tag[0].startswith("</") else depth + (tag[1].lower() not in _EMPTY)
        deepest = max(deepest, depth)
    return deepest <= MAX_DEPTH


def _with_class(html: str) -> str:
    return html.replace("<table>", '<table class="table">')


def _formula(tex: str) -> str:
    bare = tex.strip().removeprefix(r"\displaystyle").strip("$ \n").removeprefix(r"\displaystyle")
    try:
        return to_mathml(bare.strip(), display=True)
    except FormulaInvalid:
        return ""


def _text(text: str, *, error: bool) -> str:
    lines = _TITLE.sub("", text).replace("\r\n", "\n").split("\n")
    text = "\n".join(line[line.rfind("\r") + 1 :] for line in lines).strip("\n")  # not what a progress bar wrote over
    if not text.strip():
        return ""
    left_out = len(text) - MAX_TEXT
    coloured = _UNSEEN.sub("", str(ansi2html(text[:MAX_TEXT])))  # type: ignore[no-untyped-call]  # no hints there
    shown = f"{coloured}\n… (+{left_out})" if left_out > 0 else coloured
    return f'<pre class="output__text{" output__text--error" if error else ""}">{shown}</pre>'


def _string(value: Any) -> str:
    return "".join(value) if isinstance(value, list) else str(value)
