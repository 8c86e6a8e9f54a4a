"""Finding entries: the filters of the library's list, by GET, one page at a time."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db.models import Case, F, IntegerField, When

from courses.library.models import Entry, Kind, Level, ListingQuerySet

PAGE_SIZE = 40
MAX_QUERY = 200


@dataclass(frozen=True, kw_only=True)
class Filters:
    """What a reader asked for; an empty text asks for nothing."""

    kind: str = ""
    topic: str = ""
    language: str = ""
    level: str = ""
    query: str = ""

    @classmethod
    def from_request(cls, values: Mapping[str, str]) -> Filters:
        """Values that no entry could have are left out, as a link from elsewhere may be old."""
        kind, level = values.get("kind", ""), values.get("level", "")
        return cls(
            kind=kind if kind in Kind.values else "",
            topic=values.get("topic", "").strip().replace(",", "")[:80],
            language=values.get("language", "").strip().replace(",", "")[:20],
            level=level if level in Level.values else "",
            query=values.get("q", "").strip()[:MAX_QUERY],
        )

    @property
    def any(self) -> bool:
        return bool(self.kind or self.topic or self.language or self.level or self.query)

    def apply(self, entries: ListingQuerySet) -> ListingQuerySet:
        if self.kind:
            entries = entries.filter(kind=self.kind)
        if self.level:
            entries = entries.filter(level=self.level)
        if self.topic:
            entries = entries.filter(topic_index__contains=f",{self.topic},")
        if self.language:
            entries = entries.filter(language_index__contains=f",{self.language},")
        for word in self.query.lower().split()[:8]:
            entries = entries.filter(search_index__contains=word)
        return entries

    def as_query(self) -> str:
        """For the links to the other pages of the same list."""
        values = {
            "kind": self.kind,
            "topic": self.topic,
            "language": self.language,
            "level": self.level,
            "q": self.query,
        }
        return urlencode({name: value for name, value in values.items() if value})


@dataclass(frozen=True, kw_only=True)
class Choices:
    """What there is to choose from, in what is being shown now."""

    topics: list[str]
    languages: list[str]


def choices() -> Choices:
    rows = Entry.objects.current().values_list("topics", "languages")
    topics, languages = set[str](), set[str]()
    for own_topics, own_languages in rows:
        topics.update(own_topics)
        languages.update(own_languages)
    return Choices(topics=sorted(topics), languages=sorted(languages))


def page_of(filters: Filters, number: str) -> Page[Entry]:
    """Kinds in the order of ``Kind``, not of the alphabet; the newest events first."""
    rank = Case(*(When(kind=kind, then=place) for place, kind in enumerate(Kind.values)), output_field=IntegerField())
    newest = F("start").desc(nulls_last=True)
    entries = filters.apply(Entry.objects.current()).order_by(rank, newest, "position", "pk")
    return Paginator(entries, PAGE_SIZE).get_page(number)


def is_over(entry: Entry, today: datetime.date) -> bool:
    """An event that has ended is kept, and says so."""
    last = entry.end or entry.start
    return last is not None and last < today
