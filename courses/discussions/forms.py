"""What people fill in. Lengths are judged where posts are written, with sentences; nothing typed is lost."""

from __future__ import annotations

from collections.abc import Mapping

from django import forms
from django.utils.translation import gettext_lazy as _

from courses.discussions.models import Reason
from courses.discussions.models.posts import MAX_TITLE
from courses.discussions.places import Place, Places
from courses.discussions.refusing import PostRefused

Data = Mapping[str, object] | None


class PostForm(forms.Form):
    """An answer, or the text of a question."""

    text = forms.CharField(
        label=_("Text"),
        strip=False,
        required=False,
        widget=forms.Textarea(attrs={"rows": 9, "class": "input post-text", "spellcheck": "true"}),
        help_text=_("Markdown: **bold**, `code`, ``` around code blocks, $x^2$ for formulas."),
    )
    marked = forms.BooleanField(label=_("It holds a solution: show it to those alone who have passed"), required=False)

    def __init__(self, data: Data = None, *, initial: Data = None, can_mark: bool = True) -> None:
        super().__init__(data, initial=dict(initial or {}))
        if not can_mark:
            del self.fields["marked"]

    def refuse(self, refusal: PostRefused) -> None:
        """Show why the text was not taken, beside what it is about."""
        field = refusal.field if refusal.field in self.fields else None
        self.add_error(field, str(refusal))

    @property
    def marks(self) -> bool:
        return bool(self.cleaned_data.get("marked"))


class QuestionForm(PostForm):
    title = forms.CharField(
        label=_("Title"),
        required=False,
        widget=forms.TextInput(attrs={"maxlength": MAX_TITLE, "class": "input", "autocomplete": "off"}),
        help_text=_("In one line. Everybody reads it, so no solution here."),
    )
    field_order = ["title", "text", "marked"]


class AskForm(QuestionForm):
    """With what the question is about."""

    about = forms.ChoiceField(label=_("About"), widget=forms.Select(attrs={"class": "input"}))
    field_order = ["about", "title", "text", "marked"]

    def __init__(self, data: Data = None, *, places: Places, initial: Data = None) -> None:
        super().__init__(data, initial=initial)
        self.places = {f"{place.where.value}:{place.slug}": place for place in places.known.values()}
        groups: dict[str, list[tuple[str, str]]] = {}
        for value, place in self.places.items():
            groups.setdefault(str(place.where.label), []).append((value, place.title))
        self.fields["about"].choices = list(groups.items())  # type: ignore[attr-defined]  # of a choice

    @property
    def place(self) -> Place:
        return self.places[self.cleaned_data["about"]]


class ReportForm(forms.Form):
    reason = forms.ChoiceField(label=_("Why should it not be there?"), choices=Reason.choices, widget=forms.RadioSelect)
    note = forms.CharField(label=_("What staff should know"), max_length=300, required=False)


class HideForm(forms.Form):
    reason = forms.CharField(label=_("Why? Its author reads this."), max_length=300, required=False)
