"""What people call accounts and groups: here they are opaque words such as "user:7" or "cohort:3", and the floor above
knows whom they mean."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import TypeVar

from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

Row = TypeVar("Row", bound=Model)

#: The account of the platform's own jobs: trials of workers. And who acts where no person does.
PLATFORM, DISPATCHER = "platform", "the dispatcher"

#: Words -> what people call those that it knows.
Namer = Callable[[Collection[str]], Mapping[str, str]]

_namers: list[Namer] = []


def register(namer: Namer) -> None:
    """Have ``namer`` asked what words mean. Called from ``AppConfig.ready`` of the app that knows them."""
    _namers.append(namer)


def names_of(words: Collection[str]) -> dict[str, str]:
    """What each of ``words`` is called, in the reader's language; one that nobody knows keeps its word."""
    ours = {PLATFORM: _("the platform"), DISPATCHER: _("the dispatcher")}
    names = {word: ours.get(word, word) for word in words}
    for namer in _namers:
        names |= namer(words)
    return names


def numbered(words: Collection[str], mark: str) -> dict[str, int]:
    """Those of ``words`` that are ``mark`` and a number, with the number: the key of a row."""
    found = {word: word.removeprefix(mark) for word in words if word.startswith(mark)}
    return {word: int(number) for word, number in found.items() if number.isdecimal()}


def rows_of(words: Collection[str], mark: str, rows: QuerySet[Row]) -> dict[str, Row]:
    """The rows that ``words`` of ``mark`` and a number mean, by word, in one query; what is no more is left out."""
    numbers = numbered(words, mark)
    found = rows.in_bulk(set(numbers.values())) if numbers else {}
    return {word: found[number] for word, number in numbers.items() if number in found}
