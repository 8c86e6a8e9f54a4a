"""TeX to MathML that browsers show as meant, or a sentence that says what is wrong with the TeX.

latex2mathml accepts much that is no TeX (unknown commands, missing braces), so its result is checked here; and browsers
know MathML Core only: letters in script or bold must be those letters of Unicode, and alignment must be a class.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from itertools import pairwise
from xml.etree import ElementTree

from latex2mathml import exceptions
from latex2mathml.commands import MATRICES
from latex2mathml.converter import convert

_NAMESPACE = "{http://www.w3.org/1998/Math/MathML}"
#: Environments that amsmath has under several names, as latex2mathml knows them.
_ENVIRONMENTS = {
    "align": "align*",
    "aligned": "align*",
    "gathered": "gather*",
    "gather": "matrix",
    "gather*": "matrix",
    "equation": "matrix",
}
_KNOWN = {name.removeprefix("\\") for name in MATRICES} | set(_ENVIRONMENTS)
_CHILDREN = {"mfrac": 2, "msub": 2, "msup": 2, "munder": 2, "mover": 2, "mroot": 2, "msubsup": 3, "munderover": 3}
#: The converter has a dozen exceptions without a common base, and lets some of Python's own out.
_CONVERTER_ERRORS: tuple[type[Exception], ...] = (
    *(kind for kind in vars(exceptions).values() if isinstance(kind, type) and issubclass(kind, Exception)),
    *(IndexError, KeyError, ValueError, TypeError, AttributeError, StopIteration, RecursionError),
)
_BRACKETS = "⟨⟩⌊⌋⌈⌉‖"
_SCRIPTED = ("msub", "msup", "msubsup", "munder", "mover", "munderover")
#: Names of functions, as \\log, \\max and \\operatorname give them; words in \\mathrm are set as they stand.
_WORD = re.compile("[A-Za-z]{2,}(\u2009[A-Za-z]+)?")
_CLOSING = (")", "]", "}", "⟩", "|", "!", "′")
_SIGNS = ("+", "-", "−", "±", "∓")
_OPENING = ("(", "[", "⟨", "{", "|")
_STYLES = {
    "bold": "MATHEMATICAL BOLD",
    "italic": "MATHEMATICAL ITALIC",
    "bold-italic": "MATHEMATICAL BOLD ITALIC",
    "script": "MATHEMATICAL SCRIPT",
    "bold-script": "MATHEMATICAL BOLD SCRIPT",
    "fraktur": "MATHEMATICAL FRAKTUR",
    "double-struck": "MATHEMATICAL DOUBLE-STRUCK",
    "sans-serif": "MATHEMATICAL SANS-SERIF",
    "monospace": "MATHEMATICAL MONOSPACE",
}


class FormulaInvalid(ValueError):
    """The TeX cannot be shown; the message says why."""


@lru_cache(maxsize=4096)
def to_mathml(tex: str, *, display: bool) -> str:
    """A ``<math>`` element with the TeX as its alternative text."""
    _check_source(tex)
    try:
        markup = convert(_with_known_names(tex), display="block" if display else "inline")
        root = ElementTree.fromstring(markup)  # noqa: S314  # made by latex2mathml from a bounded text, without entities
    except ElementTree.ParseError as error:
        raise FormulaInvalid("an `&` or another sign stands where TeX has no place for it") from error
    except _CONVERTER_ERRORS as error:
        raise FormulaInvalid(f"the TeX does not convert ({type(error).__name__}: {error})") from error
    _check_result(root)
    _mend(root)
    root.set("alttext", " ".join(tex.split()))
    return ElementTree.tostring(root, encoding="unicode", short_empty_elements=False)


def _check_source(tex: str) -> None:
    if len(tex) > 5000:
        raise FormulaInvalid("the formula has more than 5000 characters")
    if not tex.strip():
        raise FormulaInvalid("the formula is empty")
    bare = re.sub(r"\\.", "", tex, flags=re.DOTALL)
    depth = 0
    for character in bare:
        depth += (character == "{") - (character == "}")
        if depth < 0:
            raise FormulaInvalid("a `}` closes nothing")
    if depth:
        raise FormulaInvalid("a `{` is not closed")
    if "&" in bare and r"\begin" not in tex:
        raise FormulaInvalid(r"a stray `&`; write \& if it is meant")
    begun, ended = (re.findall(rf"\\{word}\{{([^}}]*)\}}", tex) for word in ("begin", "end"))
    if sorted(begun) != sorted(ended):
        raise FormulaInvalid(r"a \begin has no \end of the same name, or the other way round")
    for name in begun:
        if name not in _KNOWN:
            raise FormulaInvalid(f"the environment {name} is not known")
    if len(re.findall(r"\\left(?![a-zA-Z])", tex)) != len(re.findall(r"\\right(?![a-zA-Z])", tex)):
        raise FormulaInvalid(r"a \left has no \right, or the other way round")


def _with_known_names(tex: str) -> str:
    """Names of amsmath that latex2mathml lacks, in those that it has."""
    tex = re.sub(r"\\(arg|Pr)(?![a-zA-Z])", r"\\operatorname{\1}", tex)
    tex = re.sub(r"\\mathrm\{([A-Za-z])\}", r"\\text{\1}", tex)  # it makes one letter in roman an italic one
    return re.sub(r"\\(begin|end)\{(align|aligned|gathered|gather\*?|equation)\}", _renamed, tex)


def _renamed(match: re.Match[str]) -> str:
    name = _ENVIRONMENTS[match[2]]
    return f"\\{match[1]}{{{_ENVIRONMENTS.get(name, name)}}}"


def _check_result(root: ElementTree.Element) -> None:
    for element in root.iter():
        element.tag = element.tag.removeprefix(_NAMESPACE)
        text = element.text or ""
        if "\\" in text and element.tag != "mtext":
            raise FormulaInvalid(f"the command {text.strip()} is not known")
        if element.tag in _CHILDREN and len(element) != _CHILDREN[element.tag]:
            raise FormulaInvalid("a fraction, root, index or exponent lacks one of its parts")
        if "href" in element.attrib:
            raise FormulaInvalid("a link has no place in a formula")


def _mend(root: ElementTree.Element) -> None:
    for element in root.iter():
        _merge_upright(element)
        _space(element)
    for element in list(root.iter()):
        _space_words(element)
        variant = element.attrib.get("mathvariant")
        if variant and (variant != "normal" or len(element.text or "") != 1) and element.tag in ("mi", "mn", "mo"):
            del element.attrib["mathvariant"]
            element.text = "".join(_styled(character, variant) for character in element.text or "")
        if element.tag == "mi" and element.text and element.text in _BRACKETS:
            element.tag = "mo"
            element.set("stretchy", "false")
        if element.tag == "mtd" and (side := element.attrib.pop("columnalign", None)):
            element.set("class", f"cell-{side}")


def _merge_upright(parent: ElementTree.Element) -> None:
    r"""``\mathrm{softmax}`` is one word, to the eye and to a screen reader, not seven letters."""
    if parent.tag not in ("mrow", "math", "mtd", "mstyle"):
        return
    previous: ElementTree.Element | None = None
    for child in list(parent):
        upright = child.tag == "mi" and child.get("mathvariant") == "normal" and len(child) == 0
        if upright and previous is not None:
            previous.text = (previous.text or "") + (child.text or "")
            parent.remove(child)
        else:
            previous = child if upright else None


def _space(parent: ElementTree.Element) -> None:
    """The spaces that TeX leaves by itself and MathML does not, or the other way round: around signs, in indices."""
    if parent.tag in _SCRIPTED:
        for script in list(parent)[1:]:
            for operator in script.iter("mo"):
                operator.attrib.update(lspace="0", rspace="0")
    for child, after in pairwise(list(parent)):
        if after.tag == "mo" and after.text in _SIGNS and child.tag == "mo" and "form" not in after.attrib:
            after.set("form", "prefix" if child.text not in _CLOSING else "infix")
    for child in parent:
        if child.tag == "mo" and child.text in ("/", "∂", "∇"):
            child.attrib.update(lspace="0", rspace="0")


def _space_words(parent: ElementTree.Element) -> None:
    """``log`` and ``ReLU`` are names of functions: a thin space on either side, but none before a bracket."""
    children = list(parent) if parent.tag in ("mrow", "math", "mtd", "mstyle") else []
    for before, child, after in zip([None, *children], children, [*children[1:], None], strict=False):
        base = child[0] if child.tag in _SCRIPTED else child
        if base.tag not in ("mi", "mo") or not _WORD.fullmatch(base.text or ""):
            continue
        if base.tag == "mo" and "movablelimits" in base.attrib:
            base.attrib.update(lspace="0", rspace="0")
        else:
            base.tag = "mi"
        at = list(parent).index(child)
        if after is not None and not (after.tag == "mo" and after.text not in _SIGNS):
            parent.insert(at + 1, ElementTree.Element("mspace", width="0.1667em"))
        if before is not None and (before.tag not in ("mo", "mspace") or before.text in _CLOSING):
            parent.insert(at, ElementTree.Element("mspace", width="0.1667em"))


def _styled(character: str, variant: str) -> str:
    """The letter of Unicode that looks so; the letter itself where there is none."""
    if variant not in _STYLES:
        return character
    parts = unicodedata.name(character, "").removeprefix("LATIN ").removeprefix("GREEK ").replace("LETTER ", "")
    style = _STYLES[variant]
    for name in (f"{style} {parts}", f"{style.removeprefix('MATHEMATICAL ')} {parts}", f"BLACK-LETTER {parts}"):
        try:
            return unicodedata.lookup(name)
        except KeyError:
            continue
    return character
