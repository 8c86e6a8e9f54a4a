"""What accounts are called on the pages of floors below, which know them by a word alone."""

from __future__ import annotations

from collections.abc import Collection

from courses.accounts.models import User
from workers.audit.trail import PERSON
from workers.pools.naming import rows_of


def names(words: Collection[str]) -> dict[str, str]:
    """What the people among ``words`` are called now, in one query; who has deleted the account has no name."""
    return {word: person.display_name for word, person in rows_of(words, PERSON, User.objects.all()).items()}
