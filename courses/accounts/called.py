"""What accounts are called on the pages of floors below, which know them by a word alone."""

from __future__ import annotations

from collections.abc import Collection

from courses.accounts.models import User
from workers.audit.trail import PERSON
from workers.pools.naming import numbered


def names(words: Collection[str]) -> dict[str, str]:
    """What the people among ``words`` are called now, in one query; who has deleted the account has no name."""
    numbers = numbered(words, PERSON)
    people = User.objects.in_bulk(set(numbers.values())) if numbers else {}
    return {word: people[number].display_name for word, number in numbers.items() if number in people}
