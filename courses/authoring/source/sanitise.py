"""The last word on HTML from authors: only what our own renderer makes passes. A second wall, not the first."""

from __future__ import annotations

import nh3

_HTML = {
    *(
        "a",
        "abbr",
        "aside",
        "b",
        "blockquote",
        "br",
        "caption",
        "code",
        "dd",
        "del",
        "details",
        "div",
        "dl",
        "dt",
        "em",
        "figcaption",
    ),
    *(
        "figure",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "i",
        "img",
        "kbd",
        "li",
        "ol",
        "p",
        "picture",
        "pre",
        "s",
        "section",
    ),
    *(
        "source",
        "span",
        "strong",
        "sub",
        "summary",
        "sup",
        "table",
        "tbody",
        "td",
        "th",
        "thead",
        "tr",
        "track",
        "ul",
        "video",
    ),
}
_MATHML = {
    *(
        "math",
        "menclose",
        "merror",
        "mfrac",
        "mi",
        "mmultiscripts",
        "mn",
        "mo",
        "mover",
        "mpadded",
        "mphantom",
        "mroot",
    ),
    *("mrow", "mspace", "msqrt", "mstyle", "msub", "msubsup", "msup", "mtable", "mtd", "mtext", "mtr", "munder"),
    *("munderover", "none"),
}
_MATH_ATTRIBUTES = {
    *(
        "accent",
        "columnspan",
        "depth",
        "displaystyle",
        "fence",
        "form",
        "height",
        "linethickness",
        "lspace",
        "mathvariant",
    ),
    *("maxsize", "minsize", "movablelimits", "notation", "rowspan", "rspace", "scriptlevel", "separator", "stretchy"),
    *("symmetric", "voffset", "width", "accentunder", "largeop", "mathcolor"),
}
_ATTRIBUTES: dict[str, set[str]] = {
    "*": {"class", "id", "lang"},
    "a": {"href", "title", "aria-label", "rel", "role"},
    "img": {"src", "alt", "width", "height", "loading", "decoding"},
    "source": {"media", "srcset"},
    "div": {"role", "aria-label", "aria-labelledby", "tabindex", "data-language", "data-tabs", "hidden"},
    "section": {"role", "aria-label", "data-tab-title"},
    "video": {"src", "controls", "preload", "aria-label"},
    "track": {"kind", "src", "srclang", "label", "default"},
    "ol": {"start"},
    "th": {"scope", "align"},
    "td": {"colspan", "rowspan"},
    **{tag: set(_MATH_ATTRIBUTES) for tag in _MATHML},
    "math": {"display", "alttext"} | _MATH_ATTRIBUTES,
}


def clean(html: str) -> str:
    return nh3.clean(
        html, tags=_HTML | _MATHML, attributes=_ATTRIBUTES, url_schemes={"http", "https", "mailto"}, link_rel=None
    )
