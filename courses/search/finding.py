"""Looking for something in what a reader may see."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from operator import and_, or_
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import get_language

from courses.catalog.reading import Reader, courses_for
from courses.search.models import Kind, Passage
from courses.search.words import Query, beginning, fold, pairs_of

MAX_HITS = 20
#: Sections of one chapter that are shown.
A_PAGE = 3
MAX_CANDIDATES = 800
#: How much more a title or a heading says than a text.
IN_TITLE, IN_HEADING, IN_BODY = 8.0, 5.0, 1.0
#: The part of a Chinese phrase, by what its pairs tell, that a passage must have.
ENOUGH = 0.5
BEFORE, AROUND = 40, 150
LONGEST_WORD = 24


@dataclass(frozen=True, kw_only=True)
class Hit:
    """Something found, as it is shown."""

    kind: Kind
    url: str
    title: str
    heading: str
    language: str
    score: float
    #: The text around what was looked for; True marks the words themselves.
    excerpt: list[tuple[str, bool]] = field(default_factory=list)


#: ``find(query, reader)`` of an app above gives its own hits, the best first.
Finder = Callable[[Query, Reader], list[Hit]]
_finders: list[Finder] = []


def register(finder: Finder) -> None:
    """Have another app's hits shown after those of courses. To be called once, in its ``AppConfig.ready``."""
    _finders.append(finder)


def find(text: str, reader: Reader) -> list[Hit]:
    """The best hits first. What is there in the reader's language is found in that one; else it says in which."""
    query = Query(text)
    if not query:
        return []
    return _in_courses(query, reader) + [hit for finder in _finders for hit in finder(query, reader)]


def _in_courses(query: Query, reader: Reader) -> list[Hit]:
    courses = courses_for(reader)
    visible = Passage.objects.filter(course__in=courses).select_related("course")
    passages = list(visible.filter(having(query, and_))[:MAX_CANDIDATES])
    if not passages and len(query.words) > 1:
        passages = list(visible.filter(having(query, or_))[:MAX_CANDIDATES])
    scored = _scored(passages, query)
    language = get_language() or settings.LANGUAGE_CODE
    chosen = _chosen(scored, language)
    return [_hit(passage, score, query) for passage, score in chosen]


def having(query: Query, together: Callable[[Q, Q], Q]) -> Q:
    """What the database can sort out: all (or any) of the words, and any pair of Chinese characters."""
    wanted: list[Q] = []
    if query.words:
        wanted.append(reduce(together, (Q(index__contains=word) for word in query.words)))
    if query.pairs:
        wanted.append(reduce(or_, (Q(index__contains=pair) for pair in query.pairs)))
    return reduce(together, wanted)


def _scored(passages: Sequence[Passage], query: Query) -> list[tuple[Passage, float]]:
    known = Counter(pair for passage in passages for pair in query.pairs if pair in passage.index)
    telling = {pair: math.log(1 + len(passages) / number) for pair, number in known.items()}
    patterns = [beginning(word) for word in query.words]
    whole = fold(query.text).strip()
    scored = []
    for passage in passages:
        title, heading = fold(passage.title), fold(passage.heading)
        scores = [_word_score(pattern, title, heading, passage.index) for pattern in patterns]
        scores += [_run_score(run, title, heading, passage.index, telling) for run in query.runs]
        score = sum(scores) * sum(one > 0 for one in scores) / len(scores)
        if score > 0:
            exact = 2.0 if whole == title else 1.0
            first = 1.15 if not passage.anchor else 1.0
            scored.append((passage, score * exact * first))
    return sorted(scored, key=lambda pair: (-pair[1], pair[0].position))


def _word_score(pattern: re.Pattern[str], title: str, heading: str, index: str) -> float:
    times = len(pattern.findall(index))
    if not times:
        return 0.0
    place = IN_HEADING if pattern.search(heading) else IN_TITLE if pattern.search(title) else 0.0
    return place + IN_BODY + 0.3 * math.log(times)


def _run_score(run: str, title: str, heading: str, index: str, telling: Mapping[str, float]) -> float:
    place = IN_HEADING if run in heading else IN_TITLE if run in title else 0.0
    if run in index:
        return place + 2 * IN_BODY + 0.3 * math.log(index.count(run))
    pairs = [pair for pair in pairs_of(run) if pair in telling]
    all_of_it = sum(telling[pair] for pair in pairs)
    here = sum(telling[pair] for pair in pairs if pair in index)
    if not all_of_it or here / all_of_it < ENOUGH:
        return 0.0
    named = sum(telling[pair] for pair in pairs if pair in heading or pair in title)
    return here / all_of_it + IN_HEADING * 0.6 * named / all_of_it


def _chosen(scored: Iterable[tuple[Passage, float]], language: str) -> list[tuple[Passage, float]]:
    """At most three sections of a page, in the reader's language, however well another language's text has fitted."""
    pages: dict[tuple[int, str, str], list[tuple[Passage, float]]] = {}
    for passage, score in scored:
        pages.setdefault((passage.course_id, passage.kind, passage.slug), []).append((passage, score))
    chosen = []
    for hits in pages.values():
        own = [hit for hit in hits if hit[0].language == language]
        lift = hits[0][1] - own[0][1] if own else 0.0
        chosen += [(passage, score + lift) for passage, score in own[:A_PAGE]] or hits[:1]
    best = sorted(chosen, key=lambda hit: (-hit[1], hit[0].position))[:MAX_HITS]
    return _in_language(best, language)


def _in_language(hits: list[tuple[Passage, float]], language: str) -> list[tuple[Passage, float]]:
    """Pages that were found by another language's text alone, as their beginning in the reader's language."""
    foreign = [passage for passage, _score in hits if passage.language != language]
    if not foreign:
        return hits
    same = Passage.objects.filter(
        language=language, course__in={one.course_id for one in foreign}, slug__in={one.slug for one in foreign}
    )
    own: dict[tuple[int, str, str], Passage] = {}
    for passage in same.select_related("course").order_by("-position"):  # the first of a page is kept
        own[(passage.course_id, passage.kind, passage.slug)] = passage
    return [(own.get((one.course_id, one.kind, one.slug), one), score) for one, score in hits]


def _hit(passage: Passage, score: float, query: Query) -> Hit:
    return Hit(
        kind=Kind(passage.kind),
        url=_url(passage),
        title=passage.title,
        heading=passage.heading,
        language=passage.language,
        score=score,
        excerpt=excerpt(passage.body, query),
    )


def _url(passage: Passage) -> str:
    course = passage.course.slug
    anchor = f"#{passage.anchor}" if passage.anchor else ""
    match passage.kind:
        case Kind.CHAPTER:
            return reverse("catalog:chapter", args=[course, passage.slug]) + anchor
        case Kind.EXERCISE:
            return reverse("exercises:workbench", args=[course, passage.slug])
        case Kind.FAQ:
            return reverse("catalog:faq", args=[course]) + anchor
    return reverse("library:list") + "?" + urlencode({"kind": passage.kind, "q": passage.title})


def excerpt(body: str, query: Query) -> list[tuple[str, bool]]:
    """The part of a text around the first thing that was looked for, in pieces; its beginning where nothing is."""
    wanted = sorted([*query.words, *query.runs, *query.pairs], key=len, reverse=True)
    pattern = re.compile("|".join(map(re.escape, wanted)), re.IGNORECASE)
    first = pattern.search(body)
    start = max(0, first.start() - BEFORE) if first else 0
    if start:  # not in the middle of a word
        start = next((at + 1 for at in range(start, first.start() if first else start) if body[at] == " "), start)
    shown = body[start : start + AROUND]
    if start + AROUND < len(body) and body[start + AROUND] != " ":  # nor is one cut off, where words have blanks
        blank = shown.rfind(" ", AROUND - LONGEST_WORD)
        shown = shown[:blank] if blank > 0 else shown
    pieces: list[tuple[str, bool]] = [("… ", False)] if start else []
    at = 0
    for match in pattern.finditer(shown):
        pieces += [(shown[at : match.start()], False), (match[0], True)]
        at = match.end()
    pieces.append((shown[at:] + (" …" if start + AROUND < len(body) else ""), False))
    return [piece for piece in pieces if piece[0]]
