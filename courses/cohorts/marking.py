"""The form of a person who grades: points and a comment for each part, and a comment on the whole."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _

from courses.exercises.reviewing import Mark, Said
from courses.exercises.terms import ManualTerms

MAX_COMMENT = 20_000


class Points(forms.CharField):
    """Points as people type them: ``2.5``, ``2,5``, full-width digits. Empty: not yet."""

    def __init__(self, *, most: float, **options: Any) -> None:
        self.most = most
        attributes = {"class": "input marking__points", "inputmode": "decimal", "autocomplete": "off", "size": 6}
        super().__init__(required=False, widget=forms.TextInput(attrs=attributes), **options)

    def clean(self, value: Any) -> float | None:
        text = unicodedata.normalize("NFKC", str(value or "")).strip().replace(",", ".")
        if not text:
            return None
        try:
            points = float(text) if len(text) <= 20 else math.nan
        except ValueError:
            points = math.nan
        if not 0 <= points <= self.most:
            raise ValidationError(_("Points from 0 to %(most)s."), params={"most": _number(self.most)})
        return round(points, 4)


@dataclass(frozen=True, kw_only=True)
class PartFields:
    """One part with its two fields, and what somebody else has saved meanwhile."""

    part: ManualTerms
    points: forms.BoundField
    comment: forms.BoundField
    theirs: Mark | None


class MarkForm(forms.Form):
    """Two fields a part, and one for the whole."""

    def __init__(self, *args: Any, parts: Mapping[str, ManualTerms], said: Said, **options: Any) -> None:
        super().__init__(*args, **options)
        self.parts = parts
        for name, part in parts.items():
            mark = said.parts.get(name, Mark())
            initial = "" if mark.points is None else f"{mark.points:g}"
            self.fields[f"points-{name}"] = Points(most=part.points, initial=initial, label=_("Points"))
            self.fields[f"comment-{name}"] = _comment(mark.comment, rows=3)
        self.fields["comment"] = _comment(said.comment, rows=4)

    def rows(self, theirs: Said | None = None) -> list[PartFields]:
        return [
            PartFields(
                part=part,
                points=self[f"points-{name}"],
                comment=self[f"comment-{name}"],
                theirs=theirs.parts.get(name, Mark()) if theirs else None,
            )
            for name, part in self.parts.items()
        ]

    @property
    def said(self) -> Said:
        """What was typed. Only of a valid form."""
        data = self.cleaned_data
        marks = {name: Mark(points=data[f"points-{name}"], comment=data[f"comment-{name}"]) for name in self.parts}
        return Said(parts=marks, comment=data["comment"])


def _number(value: float) -> str:
    return str(number_format(int(value) if value == int(value) else value))


def _comment(initial: str, *, rows: int) -> forms.CharField:
    widget = forms.Textarea(attrs={"class": "input", "rows": rows})
    return forms.CharField(required=False, max_length=MAX_COMMENT, initial=initial, widget=widget, label=_("Comment"))
