"""What groups are called: here they are opaque words such as "cohort:3", and the floor above knows whom they mean."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

#: Groups -> what people call those that it knows.
Namer = Callable[[Collection[str]], Mapping[str, str]]

_namers: list[Namer] = []


def register(namer: Namer) -> None:
    """Have ``namer`` asked what groups are called. Called from ``AppConfig.ready`` of the app that knows them."""
    _namers.append(namer)


def names_of(groups: Collection[str]) -> dict[str, str]:
    """What each of ``groups`` is called, in the reader's language; one that nobody knows keeps its word."""
    names = {group: group for group in groups}
    for namer in _namers:
        names |= namer(names)
    return names
