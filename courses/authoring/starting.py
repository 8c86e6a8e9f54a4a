"""A new chapter to begin with: with a quiz and an exercise, in each language of the course, whole enough to publish.

What it begins as are the files of ``skeleton/``. ``SLUG`` and ``TITLE`` stand for the new chapter's; a text in YAML
that is given in English and Chinese becomes one in each language that the course declares.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

SKELETON = Path(__file__).parent / "skeleton"
#: Its texts are in these; another language begins with the first.
TONGUES = ("en", "zh-hans")
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_CHAPTER = re.compile(r"([0-9]{1,3})-([a-z0-9-]+)/.*")
_WITHIN = re.compile(r"/(?:exercises|quizzes)/([^/.]+)[/.]")
_TEXT = re.compile(rf"(?P<indent>[ -]*)(?P<tongue>{'|'.join(TONGUES)}): (?P<text>.*)")
_OF_LANGUAGE = re.compile(rf"(?P<stem>.*)\.(?P<tongue>{'|'.join(TONGUES)})\.md")
_LAST = 999


class NameRefused(ValueError):
    """No chapter can begin under this name; the message says why."""


def chapter_files(name: str, *, taken: Collection[str], languages: Sequence[str]) -> dict[str, str]:
    """The files of a new chapter behind all others, by their paths in the course; that of its text first.

    Args:
        name: what becomes its address: small letters, digits and hyphens.
        taken: the paths of all files of the course.

    Raises:
        NameRefused: it is no address, or one of the course's own.
    """
    if not _SLUG.fullmatch(name) or len(name) > 60:
        raise NameRefused(
            f"`{name[:80]}` cannot be an address: use small letters, digits and hyphens, such as averages"
        )
    chapters = [match for path in taken if (match := _CHAPTER.fullmatch(path))]
    slugs = {match[2] for match in chapters}
    slugs |= {match[1] for path in taken if (match := _WITHIN.search(path))}
    if name in slugs:
        raise NameRefused(f"a chapter, a quiz or an exercise of the course is called `{name}` already")
    number = max((int(match[1]) for match in chapters), default=0) + 1
    if number > _LAST:
        raise NameRefused(f"the course has a chapter {_LAST}, and none can come behind it")
    folder, title = f"{number:02}-{name}", name.replace("-", " ").capitalize()
    return {
        f"{folder}/{path}".replace("SLUG", name): text.replace("SLUG", name).replace("TITLE", title)
        for path, text in sorted(_texts(languages))
    }


def _texts(languages: Sequence[str]) -> Iterator[tuple[str, str]]:
    """The skeleton's files in the languages of a course."""
    for file in SKELETON.rglob("*"):
        if not file.is_file() or file.suffix not in (".md", ".yaml", ".py"):
            continue
        path, text = file.relative_to(SKELETON).as_posix(), file.read_text(encoding="utf-8")
        if match := _OF_LANGUAGE.fullmatch(path):
            for language in languages:
                if match["tongue"] == (language if language in TONGUES else TONGUES[0]):
                    yield f"{match['stem']}.{language}.md", text
        else:
            yield path, _in_languages(text, languages) if file.suffix == ".yaml" else text


def _in_languages(text: str, languages: Sequence[str]) -> str:
    """YAML whose texts stand in other languages: lines ``en: …`` and ``zh-hans: …`` that follow each other."""
    lines: list[str] = []
    given: dict[str, str] = {}
    indent = ""
    for line in text.split("\n"):
        match = _TEXT.fullmatch(line)
        if match is None:
            lines.append(line)
            continue
        given[match["tongue"]] = match["text"]
        if match["tongue"] == TONGUES[0]:
            indent = match["indent"]  # with the dash, where it begins an item of a list
        if match["tongue"] != TONGUES[-1]:
            continue
        for place, language in enumerate(languages):
            before = indent if place == 0 else indent.replace("-", " ")
            lines.append(f"{before}{language}: {given.get(language, given[TONGUES[0]])}")
        given = {}
    return "\n".join(lines)
