"""The blocks that Markdown itself lacks: asides, figures, listings with captions, formulas, quizzes, exercises."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from html import escape

from courses.authoring.source.formulas import FormulaInvalid, to_mathml
from courses.authoring.source.highlight import LanguageUnknown, known_languages, to_html
from courses.authoring.source.page import Page
from courses.authoring.source.places import PlaceUnknown
from graders.problems import did_you_mean

_HEAD = re.compile(r"\{([A-Za-z][A-Za-z-]*)\}\s*(.*)")
_OPTION = re.compile(r":([a-z-]+):\s*(.*)")
BLOCKS = ("quiz", "exercise")
#: Words that rendering itself puts into a text, in the language of the text.
WORDS: dict[str, dict[str, str]] = {
    "note": {"en": "Note", "zh": "说明"},
    "tip": {"en": "Tip", "zh": "提示"},
    "warning": {"en": "Warning", "zh": "注意"},
    "important": {"en": "Important", "zh": "重点"},
    "table": {"en": "Table", "zh": "表格"},
    "transcript": {"en": "Transcript", "zh": "文字稿"},
    "output": {"en": "Output of cell {number}", "zh": "第 {number} 个单元格的输出"},
    "interactive": {
        "en": "This output is interactive and is shown in Jupyter only.",
        "zh": "该输出是交互式的，只能在 Jupyter 中显示。",
    },
}


def word(name: str, language: str) -> str:
    words = WORDS[name]
    return words.get(language.split("-")[0], words["en"])


@dataclass(frozen=True, kw_only=True)
class Directive:
    """```` ```{name} argument ```` with ``:option: value`` lines, then a body."""

    name: str
    argument: str
    options: dict[str, str]
    body: str
    line: int
    body_line: int


#: Renders the body of a directive as Markdown; given by ``markdown``, which imports this module.
Body = Callable[[str, Page], str]


def parse(info: str, content: str, line: int) -> Directive | None:
    """The directive that a fence is, or None for a plain listing."""
    match = _HEAD.fullmatch(info.strip())
    if match is None:
        return None
    lines = content.split("\n")
    options: dict[str, str] = {}
    while lines and (option := _OPTION.fullmatch(lines[0].strip())):
        options[option[1]] = option[2].strip()
        lines.pop(0)
    skipped = content.count("\n") + 1 - len(lines)
    return Directive(
        name=match[1],
        argument=match[2].strip(),
        options=options,
        body="\n".join(lines),
        line=line,
        body_line=line + 1 + skipped,
    )


def render(directive: Directive, page: Page, body: Body) -> str:
    known = {**dict.fromkeys(("note", "tip", "warning", "important"), _admonition), "figure": _figure}
    known |= {"code-block": _listing, "code": _listing, "math": _formula}
    known |= {"tab-set": _tabs, "tab-item": _tab, "dropdown": _dropdown, "video": _video}
    if directive.name in BLOCKS:
        _block(directive, page)
        return ""
    if directive.name == "output" and directive.argument in page.outputs:
        return page.outputs[directive.argument]
    if directive.name not in known:
        expected = did_you_mean(directive.name, [*known, *BLOCKS])
        page.add(directive.line, f"the block {{{directive.name}}} is unknown", expected)
        return ""
    return known[directive.name](directive, page, body)


def _options(directive: Directive, page: Page, *allowed: str) -> None:
    for name in directive.options:
        if name not in allowed:
            expected = did_you_mean(name, allowed) or "no options"
            page.add(directive.line, f"{{{directive.name}}} has no option :{name}:", expected)


def _admonition(directive: Directive, page: Page, body: Body) -> str:
    _options(directive, page)
    if not directive.body.strip():
        page.add(directive.line, f"{{{directive.name}}} is empty", "a text in it")
    title = escape(directive.argument or word(directive.name, page.language))
    inside = body(directive.body, page.inside(first_line=directive.body_line))
    return f'<aside class="admonition {directive.name}"><p class="admonition-title">{title}</p>\n{inside}</aside>\n'


def _tabs(directive: Directive, page: Page, body: Body) -> str:
    """The same thing said twice, for PyTorch and for Keras, say; without a script one stands under the other."""
    _options(directive, page)
    inside = body(directive.body, page.inside(first_line=directive.body_line))
    if inside.count('class="tabs__panel"') < 2:
        page.add(directive.line, "{tab-set} has fewer than two tabs", "two {tab-item} or more in it")
    return f'<div class="tabs" data-tabs="">\n<div class="tabs__list" hidden=""></div>\n{inside}</div>\n'


def _tab(directive: Directive, page: Page, body: Body) -> str:
    _options(directive, page)
    title = escape(directive.argument)
    if not title or not page.nested:
        page.add(
            directive.line, "{tab-item} has no title or no {tab-set} around it", "{tab-item} PyTorch, in a {tab-set}"
        )
    inside = body(directive.body, page.inside(first_line=directive.body_line))
    heading = f'<p class="tabs__title">{title}</p>'
    return f'<section class="tabs__panel" data-tab-title="{title}">{heading}\n{inside}</section>\n'


def _dropdown(directive: Directive, page: Page, body: Body) -> str:
    _options(directive, page)
    if not directive.argument or not directive.body.strip():
        page.add(directive.line, "{dropdown} has no title or no text", "{dropdown} What it hides, and a text")
    inside = body(directive.body, page.inside(first_line=directive.body_line))
    return f"<details><summary>{escape(directive.argument)}</summary>\n{inside}</details>\n"


def _video(directive: Directive, page: Page, body: Body) -> str:
    """A film of the course's own, with captions for those who do not hear and its words as text for those who read."""
    _options(directive, page, "captions", "title")
    title, captions = directive.options.get("title", ""), directive.options.get("captions", "")
    if not title or not captions or not directive.body.strip():
        expected = ":title:, :captions: with a .vtt file, and the transcript as its text"
        page.add(directive.line, "the video lacks its title, its captions or its transcript", expected)
        return ""
    try:
        film, track = page.places.video(directive.argument, captions, base=page.file)
    except PlaceUnknown as error:
        page.add(directive.line, str(error), error.expected)
        return ""
    inside = body(directive.body, page.inside(first_line=directive.body_line))
    language = escape(page.language)
    return (
        f'<figure class="video"><video src="{escape(film)}" controls="" preload="metadata" '
        f'aria-label="{escape(title)}">'
        f'<track kind="captions" src="{escape(track)}" srclang="{language}" label="{language}" default=""></video>'
        f"<figcaption><p>{escape(title)}</p></figcaption></figure>\n"
        f"<details><summary>{escape(word('transcript', page.language))}</summary>\n{inside}</details>\n"
    )


def _figure(directive: Directive, page: Page, body: Body) -> str:
    _options(directive, page, "alt", "name")
    alt = directive.options.get("alt", "")
    if not alt:
        page.add(directive.line, "the figure has no :alt:", "a description for those who cannot see it")
    image = picture(directive.argument, alt, page, line=directive.line)
    caption = body(directive.body, page.inside(first_line=directive.body_line)) if directive.body.strip() else ""
    label = directive.options.get("name", "")
    identity = f' id="{escape(label)}"' if label else ""
    return f"<figure{identity}>{image}" + (f"<figcaption>{caption}</figcaption>" if caption else "") + "</figure>\n"


def picture(source: str, alt: str, page: Page, *, line: int) -> str:
    """The picture, with its dark variant where there is one."""
    try:
        figure = page.places.figure(source, base=page.file)
    except PlaceUnknown as error:
        page.add(line, str(error), error.expected)
        return ""
    size = f' width="{figure.width}" height="{figure.height}"' if figure.width and figure.height else ""
    image = f'<img src="{escape(figure.url)}" alt="{escape(alt)}"{size} loading="lazy" decoding="async">'
    if figure.dark_url is None:
        return image
    dark = f'<source media="(prefers-color-scheme: dark)" srcset="{escape(figure.dark_url)}">'
    return f"<picture>{dark}{image}</picture>"


def _listing(directive: Directive, page: Page, body: Body) -> str:
    _options(directive, page, "caption")
    html = listing(directive.body.lstrip("\n"), directive.argument, page, line=directive.line)
    if caption := directive.options.get("caption"):
        inside = body(caption, page.inside(first_line=directive.line))
        return f'<figure class="listing"><figcaption>{inside}</figcaption>{html}</figure>\n'
    return html


def listing(code: str, language: str, page: Page, *, line: int) -> str:
    try:
        return to_html(code, language)
    except LanguageUnknown:
        expected = did_you_mean(language, known_languages()).split(" or another of")[0]
        expected = expected if expected.endswith("?)") else "a language such as `python`, `bash` or `text`"
        page.add(line, f"listings cannot be highlighted as {language}", expected)
        return ""


def _formula(directive: Directive, page: Page, body: Body) -> str:  # noqa: ARG001  # all directives are called alike
    _options(directive, page)
    return formula(directive.body, page, line=directive.line, display=True)


def formula(tex: str, page: Page, *, line: int, display: bool) -> str:
    try:
        return to_mathml(tex.strip(), display=display)
    except FormulaInvalid as error:
        shown = " ".join(tex.split())
        page.add(line, f"{error}, in the formula {shown[:80]}", "TeX that can be shown as MathML")
        return ""


def _block(directive: Directive, page: Page) -> None:
    """A quiz or exercise: its place is kept as a segment; here it is only checked."""
    name, slug = directive.name, directive.argument
    _options(directive, page)
    if directive.body.strip():
        page.add(directive.body_line, f"{{{name}}} has a body", f"only ```{{{name}}} slug")
    if page.nested or name not in page.blocks:
        page.add(directive.line, f"{{{name}}} has no place here", "it at the top level of a chapter")
    elif slug not in page.blocks[name]:
        folder = "quizzes" if name == "quiz" else "exercises"
        expected = did_you_mean(slug, sorted(page.blocks[name])) or f"a {name} in this chapter's {folder} folder"
        page.add(directive.line, f"there is no {name} `{slug}` in this chapter", expected)
    elif (name, slug) in page.used:
        page.add(directive.line, f"the {name} `{slug}` stands here twice", "it once")
    else:
        page.used.append((name, slug))
