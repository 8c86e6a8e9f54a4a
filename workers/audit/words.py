"""What the trail's codes are called: the trail keeps codes, which last; people read words in their own language.

Every floor describes what it writes down, when it is loaded: ``describe(...)``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.utils import formats, timezone
from django.utils.translation import gettext_lazy as _

#: Says what a value of a line's details is, by its name there, or ``None`` where it is nothing of its kind.
Shower = Callable[[str, Any], str | None]

#: A moment as ``isoformat`` writes it, with its zone.
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?[+-]\d\d:\d\d")

#: Who is no account, as the trail calls them.
ACTORS: Mapping[str, Any] = {
    "the dispatcher": _("the dispatcher"),
    "the command line": _("the command line"),
    "a machine with a code": _("a machine with a code"),
    "an account that is gone": _("an account that is gone"),
}

_actions: dict[str, Any] = {}
_details: dict[str, Any] = {}
_showers: list[Shower] = []


def describe(
    actions: Mapping[str, Any], *, details: Mapping[str, Any] | None = None, shower: Shower | None = None
) -> None:
    """Take in words, to be translated when they are read. Called from ``AppConfig.ready``.

    Args:
        actions: of each code of an action what was done.
        details: of each name in its details what people call it.
        shower: for values that only their owner can word.
    """
    _actions.update(actions)
    _details.update(details or {})
    if shower is not None and shower not in _showers:
        _showers.append(shower)


def worded(action: str) -> str:
    """What was done, in the reader's language; its code where nobody has described it."""
    return str(_actions.get(action, action))


def who(name: str) -> str:
    """Who did it, in the reader's language where it was no account."""
    return str(ACTORS.get(name, name))


def kind(action: str) -> str:
    """What kind of thing an action is done to, in the reader's language."""
    noun = action.partition(".")[0]
    return str(_details.get(noun, noun))


def told(details: Mapping[str, Any]) -> str:
    """The details of a line, in one line and in the reader's language."""
    shown = {name: _shown(name, value) for name, value in details.items() if value not in ("", {}, [])}
    return ", ".join(f"{_details.get(name, name)}: {value}" for name, value in shown.items())


def _shown(name: str, value: Any) -> str:
    for shower in _showers:
        if (found := shower(name, value)) is not None:
            return found
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    if isinstance(value, dict):
        return f"({told(value)})" if value else "–"
    if isinstance(value, list):
        return " / ".join(_shown(name, each) for each in value)
    if isinstance(value, str) and MOMENT.fullmatch(value):
        return formats.localize(timezone.localtime(datetime.fromisoformat(value)))
    return "–" if value is None else str(value)
