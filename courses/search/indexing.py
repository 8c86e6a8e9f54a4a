"""From a course's release to the passages that can be found in it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any

from courses.search.words import fold

MAX_BODY = 20_000
_HEADINGS = frozenset({"h1", "h2", "h3", "h4"})
_INLINE = frozenset({"a", "abbr", "b", "code", "em", "i", "mark", "small", "span", "strong", "sub", "sup"})
_COLUMNS = ("kind", "slug", "language", "anchor", "title", "heading", "body", "index")
#: Texts that are the same in every language stand under this name in the library.
_ANY_LANGUAGE = "und"


def index_release(course: Any, release: Any, passages: Any, *, before: Any = None) -> None:
    """Replace what can be found of a course by what this release shows.

    Args:
        passages: the manager of ``Passage``; a migration gives its own, and rows without our methods.
        before: the release whose passages are there: a chapter that reads the same as in it is not read again.
    """
    kept = _unchanged(course, release, before, passages) if before is not None else {}
    found = [*_of_chapters(release.chapters.all(), kept), *_of_exercises(release.exercises.order_by("pk"), kept)]
    found += [*_of_pages(release.pages.all()), *_of_entries(release.entries.order_by("kind", "position"))]
    passages.filter(course=course).delete()
    passages.bulk_create(
        (
            passages.model(
                course=course,
                position=position,
                **fields,
            )
            for position, fields in enumerate(_folded(fields) for fields in found)
        ),
        batch_size=200,
    )


def _folded(fields: dict[str, Any]) -> dict[str, Any]:
    """The columns of a passage; one that was there before has its index."""
    if "index" not in fields:
        words = (fields["title"], fields.get("heading", ""), fields["body"], fields.pop("tex", ""))
        fields["index"] = fold("\n".join(words))
    return fields


def _unchanged(course: Any, release: Any, before: Any, passages: Any) -> dict[tuple[str, str], list[dict[str, Any]]]:
    """The passages of each chapter and each exercise that reads as it did, by its kind and slug."""
    same: set[tuple[str, str]] = set()
    for kind, name, columns in (("chapter", "chapters", ("texts",)), ("exercise", "exercises", ("title", "statement"))):
        earlier = {slug: texts for slug, *texts in getattr(before, name).values_list("slug", *columns)}
        now = getattr(release, name).values_list("slug", *columns)
        same |= {(kind, slug) for slug, *texts in now if earlier.get(slug) == texts}
    found: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    rows = passages.filter(course=course, kind__in=("chapter", "exercise")).order_by("position").values(*_COLUMNS)
    for row in rows:
        if (row["kind"], row["slug"]) in same:
            found[row["kind"], row["slug"]].append(row)
    return found


def _of_chapters(
    chapters: Iterable[Any], kept: Mapping[tuple[str, str], list[dict[str, Any]]]
) -> Iterator[dict[str, Any]]:
    for chapter in chapters:
        if rows := kept.get(("chapter", chapter.slug)):
            yield from rows
            continue
        for language, text in chapter.texts.items():
            html = "".join(segment.get("html", "") for segment in text.get("segments", ()))
            for section in sections_of(html):
                lead = f"{text.get('summary', '')}\n" if not section.anchor else ""
                yield {
                    "kind": "chapter",
                    "slug": chapter.slug,
                    "language": language,
                    "anchor": section.anchor[:200],
                    "title": str(text.get("title", "")),
                    "heading": section.heading,
                    "body": (lead + section.body)[:MAX_BODY],
                    "tex": section.tex[:MAX_BODY],
                }


def _of_exercises(
    exercises: Iterable[Any], kept: Mapping[tuple[str, str], list[dict[str, Any]]]
) -> Iterator[dict[str, Any]]:
    for exercise in exercises:
        if rows := kept.get(("exercise", exercise.slug)):
            yield from rows
            continue
        for language, html in exercise.statement.items():
            sections = sections_of(html)
            body = " ".join(f"{section.heading} {section.body}" for section in sections)
            title = _text(exercise.title, language)
            yield {"kind": "exercise", "slug": exercise.slug, "language": language, "title": title} | {
                "body": body[:MAX_BODY],
                "tex": "".join(section.tex for section in sections)[:MAX_BODY],
            }


def _of_pages(pages: Iterable[Any]) -> Iterator[dict[str, Any]]:
    for page in pages:
        for language, text in page.texts.items():
            for entry in text["entries"]:
                yield {
                    "kind": "faq",
                    "slug": f"{page.slug}-{entry['id']}"[:200],
                    "language": language,
                    "anchor": entry["id"][:200],
                    "title": plain(entry["question"]),
                    "body": plain(entry["html"])[:MAX_BODY],
                }


def _of_entries(entries: Iterable[Any]) -> Iterator[dict[str, Any]]:
    for entry in entries:
        languages = ({*entry.title, *entry.summary} - {_ANY_LANGUAGE}) or {_ANY_LANGUAGE}
        for language in sorted(languages):
            about = [_text(entry.summary, language), entry.people, *entry.topics, str(entry.year or "")]
            title = _text(entry.title, language)
            yield {"kind": entry.kind, "slug": entry.slug, "language": language, "title": title} | {
                "body": " · ".join(filter(None, about))[:MAX_BODY]
            }


def _text(texts: Mapping[str, str], language: str) -> str:
    return str(texts.get(language) or texts.get(_ANY_LANGUAGE) or next(iter(texts.values()), ""))


@dataclass(kw_only=True)
class Section:
    """A part of a page, from one heading to the next, as plain text."""

    anchor: str = ""
    heading: str = ""
    body: str = ""
    tex: str = ""  #: of its formulas, which are found by it and shown as they are read


def sections_of(html: str) -> list[Section]:
    """Plain text, cut at headings that can be linked to. What has neither a heading nor a text is left out."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    for section in reader.sections:
        section.heading, section.body = (" ".join(text.split()) for text in (section.heading, section.body))
    return [section for at, section in enumerate(reader.sections) if at == 0 or section.heading or section.body]


def plain(html: str) -> str:
    return " ".join(section.body for section in sections_of(html))


class _Reader(HTMLParser):
    """Pictures that are drawn in the page are not read."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.sections = [Section()]
        self._silent = 0
        self._in_heading = self._in_formula = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        about = dict(attrs)
        if tag in _HEADINGS:
            self._in_heading = True
            if about.get("id"):
                self.sections.append(Section(anchor=about["id"] or ""))
        elif tag == "math":
            self.sections[-1].tex += f"{about.get('alttext') or ''}\n"
        elif tag not in _INLINE and not self._in_formula:
            self._add(" ")
        self._in_formula = self._in_formula or tag == "math"
        self._silent += tag == "svg"

    def handle_endtag(self, tag: str) -> None:
        self._silent = max(0, self._silent - (tag == "svg"))
        if tag == "math":
            self._in_formula = False
        elif tag in _HEADINGS:
            self._in_heading = False
        elif tag not in _INLINE and not self._in_formula:
            self._add(" ")

    def handle_data(self, data: str) -> None:
        self._add(data)

    def _add(self, text: str) -> None:
        if self._silent:
            return
        section = self.sections[-1]
        if self._in_heading and section.anchor:
            section.heading += text
        else:
            section.body += text
