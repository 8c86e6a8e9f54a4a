"""What a release changes for students, told before it is published."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses.authoring.models import Release
from courses.catalog.models import Chapter, Exercise, localized
from courses.competitions.models import Edition
from courses.quizzes.models import Quiz

_TAG = re.compile(r"<[^>]*>")


@dataclass(kw_only=True)
class Change:
    """One thing that is added, removed or changed, with what about it."""

    title: str
    kind: str  #: added, removed or changed
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class Difference:
    course: list[Change]
    chapters: list[Change]
    exercises: list[Change]
    quizzes: list[Change]
    competitions: list[Change]
    library: list[Change]

    @property
    def is_empty(self) -> bool:
        return not self.sections

    @property
    def sections(self) -> list[tuple[str, list[Change]]]:
        named = [
            (_("Course"), self.course),
            (_("Chapters"), self.chapters),
            (_("Exercises"), self.exercises),
            (_("Quizzes"), self.quizzes),
            (_("Competitions"), self.competitions),
            (_("Library"), self.library),
        ]
        return [(title, changes) for title, changes in named if changes]


def difference(old: Release | None, new: Release) -> Difference:
    """What changes for students when ``new`` takes the place of ``old``; None: there was nothing before."""
    return Difference(
        course=_settings(old, new),
        chapters=_compared(_by_slug(old, "chapters"), _by_slug(new, "chapters"), _chapter_notes),
        exercises=_compared(_by_slug(old, "exercises"), _by_slug(new, "exercises"), _exercise_notes),
        quizzes=_compared(_by_slug(old, "quizzes"), _by_slug(new, "quizzes"), _quiz_notes),
        competitions=_compared(_editions(old), _editions(new), _competition_notes),
        library=_compared(_by_slug(old, "entries"), _by_slug(new, "entries"), _entry_notes),
    )


def _by_slug(release: Release | None, kind: str) -> dict[str, Any]:
    return {} if release is None else {row.slug: row for row in getattr(release, kind).all()}


def _editions(release: Release | None) -> dict[str, Any]:
    return {} if release is None else {row.slug: row for row in release.competitions.select_related("competition")}


def _compared(old: Mapping[str, Any], new: Mapping[str, Any], notes: Any) -> list[Change]:
    changes = [Change(title=_title(row), kind="added") for slug, row in new.items() if slug not in old]
    changes += [Change(title=_title(row), kind="removed") for slug, row in old.items() if slug not in new]
    for slug, row in new.items():
        if slug in old and (found := notes(old[slug], row)):
            changes.append(Change(title=_title(row), kind="changed", notes=found))
    return changes


def _title(row: Any) -> str:
    return row.title_text if isinstance(row, Chapter | Exercise) else str(localized(row.title))


def _settings(old: Release | None, new: Release) -> list[Change]:
    if old is None:
        return []
    names = {
        "title": _("title"),
        "summary": _("summary"),
        "languages": _("languages"),
        "licence": _("licence"),
        "pass_mark": _("pass mark"),
        "chapter_done": _("when a chapter counts as done"),
    }
    notes = [name for key, name in names.items() if old.course_texts.get(key) != new.course_texts.get(key)]
    return [Change(title=str(localized(new.course_texts["title"])), kind="changed", notes=notes)] if notes else []


def _chapter_notes(old: Chapter, new: Chapter) -> list[str]:
    notes = []
    if old.position != new.position:
        notes.append(_("number %(old)s → %(new)s") % {"old": old.position, "new": new.position})
    for language in [*new.texts, *(language for language in old.texts if language not in new.texts)]:
        before, after = _words(old.texts.get(language, {})), _words(new.texts.get(language, {}))
        if before != after:
            notes.append(f"{language}: {_counted(before, after)}")
        elif old.texts[language].get("segments") != new.texts[language].get("segments"):
            notes.append(_("%(language)s: formatting, figures or links") % {"language": language})
    return notes


def _words(text: Mapping[str, Any]) -> list[str]:
    html = " ".join(segment.get("html", segment.get("slug", "")) for segment in text.get("segments", ()))
    shown = f"{text.get('title', '')} {text.get('summary', '')} {_TAG.sub(' ', html)}"
    # A sentence in Chinese has no spaces: each of its characters counts as a word.
    return re.findall(r"[\u3000-\u9fff\uff00-\uffef]|[^\s\u3000-\u9fff\uff00-\uffef]+", shown)


def _counted(before: list[str], after: list[str]) -> str:
    added = removed = 0
    for tag, start, end, low, high in difflib.SequenceMatcher(None, before, after, autojunk=True).get_opcodes():
        if tag != "equal":
            removed, added = removed + end - start, added + high - low
    return ngettext("%(added)s word added", "%(added)s words added", added) % {"added": added} + _(
        ", %(removed)s removed"
    ) % {"removed": removed}


def _exercise_notes(old: Exercise, new: Exercise) -> list[str]:
    notes = []
    if old.points != new.points:
        notes.append(_("points %(old)g → %(new)g") % {"old": old.points, "new": new.points})
    notes += _test_notes(_tests(old), _tests(new))
    if old.spec.get("manual", []) != new.spec.get("manual", []):
        notes.append(_("parts that a person grades"))
    told = {"tests", "manual", "files", "mode"}
    for key in sorted((old.spec.keys() | new.spec.keys()) - told):
        if old.spec.get(key) != new.spec.get(key):
            notes.append(_("setting “%(key)s”") % {"key": key})
    parts = {"statement": _("statement"), "starter": _("starter"), "visible_test": _("visible tests")}
    notes += [name for attribute, name in parts.items() if getattr(old, attribute) != getattr(new, attribute)]
    if old.solution != new.solution:
        notes.append(_("model solution"))
    if old.exercise_digest != new.exercise_digest and not notes:
        notes.append(_("hidden tests or data"))
    return notes


def _tests(exercise: Exercise) -> dict[str, dict[str, Any]]:
    return {test["name"]: test for test in exercise.spec["tests"]}


def _test_notes(old: Mapping[str, Mapping[str, Any]], new: Mapping[str, Mapping[str, Any]]) -> list[str]:
    notes = [_("hidden test %(name)s: new") % {"name": name} for name in new if name not in old]
    notes += [_("hidden test %(name)s: gone") % {"name": name} for name in old if name not in new]
    for name in new:
        if name in old and old[name]["points"] != new[name]["points"]:
            values = {"name": name, "old": old[name]["points"], "new": new[name]["points"]}
            notes.append(_("hidden test %(name)s: points %(old)g → %(new)g") % values)
        elif name in old and old[name] != new[name]:
            notes.append(_("hidden test %(name)s: texts or settings") % {"name": name})
    return notes


def _quiz_notes(old: Quiz, new: Quiz) -> list[str]:
    before, after = _questions(old.spec), _questions(new.spec)
    notes = [_("question %(name)s: new") % {"name": name} for name in after if name not in before]
    notes += [_("question %(name)s: gone") % {"name": name} for name in before if name not in after]
    notes += [
        _("question %(name)s: changed") % {"name": name}
        for name in after
        if name in before and before[name] != after[name]
    ]
    return notes or ([_("title")] if old.title != new.title else [])


def _questions(spec: Iterable[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    return {question["id"]: question for question in spec}


def _entry_notes(old: Any, new: Any) -> list[str]:
    shown = ("kind", "title", "summary", "url", "people", "year", "languages", "level", "topics", "start", "end")
    return [_("entry changed")] if any(getattr(old, name) != getattr(new, name) for name in shown) else []


def _competition_notes(old: Edition, new: Edition) -> list[str]:
    notes = [_("pages")] if old.texts != new.texts else []
    if old.bundle != new.bundle:
        notes.append(_("scoring: metric, labels, limits or data; entries keep their scores until they are scored anew"))
    notes += [_("setting “%(key)s”") % {"key": key} for key in sorted(new.spec) if old.spec.get(key) != new.spec[key]]
    return notes
