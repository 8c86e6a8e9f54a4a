"""The last word on HTML from authors and readers: only what our own renderer makes passes. A second wall, not the
first."""

from __future__ import annotations

import re

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


#: What a reader's post has nothing of: it names no place in the page, shows no picture and plays nothing.
_AUTHORS_ONLY = {"aside", "details", "img", "picture", "section", "source", "summary", "track", "video"}
_OF_STRANGERS = {
    **{tag: names for tag, names in _ATTRIBUTES.items() if tag not in _AUTHORS_ONLY},
    "*": {"class"},
    "a": {"href", "rel"},
    "div": {"tabindex", "data-language"},
}
#: Classes that our renderer gives; a formula could name others (``\\class``), and so pass for a part of the page.
_CLASSES = {"cell-center", "cell-left", "cell-right", "external", "highlight", "table", "table-scroll", "withheld"}
_CLASS_OF_CODE = re.compile("[a-z][a-z0-9]{0,2}")
#: Sizes in formulas, which could else push them over the rest of the page: less than ten letters.
_SIZES = {"depth", "height", "linethickness", "lspace", "maxsize", "minsize", "rspace", "voffset", "width"}
_SMALL = re.compile(r"-?\d?(\.\d+)?(em|ex|mu)?")


def _of_ours(tag: str, attribute: str, value: str) -> str | None:
    if attribute in _SIZES:
        return value if _SMALL.fullmatch(value) else None
    if attribute != "class":
        return value if attribute != "mathcolor" else None
    if tag == "span":
        return value if _CLASS_OF_CODE.fullmatch(value) else None
    return value if value in _CLASSES and tag not in _MATHML - {"mtd"} else None


def clean_of_strangers(html: str) -> str:
    """As ``clean``, for what readers write."""
    return nh3.clean(
        html,
        tags=(_HTML | _MATHML) - _AUTHORS_ONLY,
        attributes=_OF_STRANGERS,
        url_schemes={"http", "https", "mailto"},
        link_rel=None,
        attribute_filter=_of_ours,
    )
