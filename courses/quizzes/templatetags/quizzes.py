"""The words of each type of question, in the reader's language."""

from __future__ import annotations

from django import template
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

register = template.Library()

_LABELS: dict[str, Promise] = {
    "number": _("Your number"),
    "shape": _("Your shape"),
    "text": _("Your answer"),
    "formula": _("Your formula"),
    "code-output": _("What it prints"),
}
_HELP: dict[str, Promise] = {
    "number": _("For example 12.5, 1e-3 or 1/3."),
    "shape": _("For example (1, 28, 28) or 1×28×28."),
    "text": _("A word or two; capital letters rarely matter."),
    "formula": _("For example 2x + 1, x^2, exp(-x) or \\frac{1}{2}."),
    "code-output": _("Line by line, exactly as the program prints it."),
}
_MISREAD: dict[str, Promise] = {
    "number": _("This cannot be read as a number, so it does not count."),
    "shape": _("This cannot be read as a shape, so it does not count. Write whole numbers with commas between them."),
    "formula": _(
        "This cannot be read as a formula in the names of the question, so it does not count. "
        "Check the parentheses and the names."
    ),
    "text": _("There is neither a letter nor a digit in it, so it does not count."),
    "code-output": _("There is neither a letter nor a digit in it, so it does not count."),
    "order": _("Give each place once. This did not count."),
    "match": _("Choose something for each. This did not count."),
}
_ADVICE: dict[str, Promise] = {
    "multiple": _("At least one choice is missing or too many."),
    "order": _("At least two stand in each other's place."),
    "match": _("At least one belongs to another."),
}


@register.filter
def field_label(kind: str) -> Promise | str:
    return _LABELS.get(kind, "")


@register.filter
def field_help(kind: str) -> Promise | str:
    return _HELP.get(kind, "")


@register.filter
def misread(kind: str) -> Promise:
    return _MISREAD.get(kind, _("Choose one of the answers."))


@register.filter
def advice(kind: str) -> Promise:
    return _ADVICE.get(kind, _("Think again and change your answer."))
