"""Listings with CSS classes; the two stylesheets (light and dark) are the front end's."""

from __future__ import annotations

from html import escape

from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import find_lexer_class_by_name, get_all_lexers
from pygments.util import ClassNotFound

_FORMATTER = HtmlFormatter(cssclass="highlight", wrapcode=True)
_PLAIN = ("", "text", "txt", "plain", "none")


class LanguageUnknown(ValueError):
    """No lexer has this name."""


def to_html(code: str, language: str) -> str:
    if language in _PLAIN:
        return f'<div class="highlight" data-language="text"><pre><code>{escape(code)}</code></pre></div>\n'
    try:
        lexer = find_lexer_class_by_name(language)(stripnl=False)
    except ClassNotFound as error:
        raise LanguageUnknown(language) from error
    html = str(highlight(code, lexer, _FORMATTER))
    return html.replace('<div class="highlight">', f'<div class="highlight" data-language="{escape(language)}">', 1)


def known_languages() -> list[str]:
    return sorted(alias for _name, aliases, _patterns, _types in get_all_lexers() for alias in aliases)
