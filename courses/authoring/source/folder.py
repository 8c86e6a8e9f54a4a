"""A course folder, read as a whole."""

from __future__ import annotations

import json
import re
from functools import partial
from pathlib import Path
from typing import Any

from courses.authoring.source.competitions import FOLDER as COMPETITIONS
from courses.authoring.source.competitions import competitions_of
from courses.authoring.source.markdown import render_sections
from courses.authoring.source.memory import Memory
from courses.authoring.source.parts import ChapterFolder, anchors_in, check_exercise_prerequisites
from courses.authoring.source.places import Map, Urls
from courses.authoring.source.questions import read_placement
from courses.authoring.source.reading import Reading
from courses.authoring.source.schema import CourseSchema, EntrySchema, Listing
from courses.authoring.source.tree import Chapter, Course, CourseInvalid, Quiz
from graders.bundle import digest_of
from graders.problems import Document, Problem, did_you_mean
from graders.source import validate

#: Raised when the same files render to other pages: then a course published again is a new release.
VERSION = b"5"
MAX_FILES = 10_000
MAX_BYTES = 512 * 1024 * 1024
KINDS = {
    "lectures.yaml": "lecture",
    "events.yaml": "event",
    "papers.yaml": "paper",
    "datasets.yaml": "dataset",
    "tools.yaml": "tool",
}
PLACEMENT = "placement.yaml"
_CHAPTER = re.compile(r"([0-9]{1,3})-([a-z0-9]+(?:-[a-z0-9]+)*)")
_SKIPPED = re.compile(r"\..*|__pycache__|.*\.py[co]|.*~|.*\.egg-info")
_FREE_TEXTS = re.compile(r"[A-Z][A-Z_-]*(\..*)?")  # README.md, LICENSE: for authors, not for readers


def read_course(folder: Path, urls: Urls, memory: Memory | None = None) -> Course:
    """Read, check and render a course; what ``memory`` holds of parts that are the same is taken up.

    Raises ``CourseInvalid`` with every mistake in it.
    """
    folder = folder.resolve()
    reading = Reading(folder=folder, places=Map(files={}, urls=urls), memory=memory or Memory())
    if not (folder / "course.yaml").is_file():
        reading.add("course.yaml", 0, f"{folder.name} has no course.yaml", "the folder of a course")
        raise CourseInvalid(reading.problems)
    reading.places.files = _files(folder, reading)
    about = _about(reading)
    _check_names(reading)
    contests = competitions_of(reading)
    for contest in contests:
        contest.announce()
    chapters = _chapters(reading)
    competitions = [contest.read() for contest in contests]
    library = {kind: _listing(reading, name) for name, kind in KINDS.items()}
    faq = _faq(reading)
    placement = _placement(reading, [chapter.slug for chapter in chapters])
    if reading.problems or about is None:
        raise CourseInvalid(reading.all_problems())
    return Course(
        slug=folder.name,
        about=about,
        chapters=chapters,
        library=library,
        faq=faq,
        competitions=tuple(competition for competition in competitions if competition),
        placement=placement,
        files=reading.places.files,
        public=frozenset(reading.places.public),
        digest=digest_of({**reading.places.files, "": VERSION}),
    )


def _files(folder: Path, reading: Reading) -> dict[str, bytes]:
    """The files at the top, in chapters and in competitions. Other folders are the author's own."""
    files: dict[str, bytes] = {}
    room = MAX_BYTES
    for path in _walk(folder, top=True):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink():
            reading.add(name, 0, "is a link", "a plain file: a release is a snapshot")
        elif not path.is_file():  # reading from a pipe would never end
            reading.add(name, 0, "is no file that can be read", "a plain file")
        elif path.stat().st_size > room or len(files) >= MAX_FILES:
            expected = f"at most {MAX_FILES} files and {MAX_BYTES // 2**20} MB"
            reading.add(name, 0, "the course is too large", expected)
            break
        else:
            files[name] = path.read_bytes()
            room -= len(files[name])
    return files


def _walk(folder: Path, *, top: bool = False) -> list[Path]:
    found: list[Path] = []
    for path in sorted(folder.iterdir()):
        if _SKIPPED.fullmatch(path.name):
            continue
        is_chapter = _CHAPTER.fullmatch(path.name) or path.name == COMPETITIONS
        if path.is_dir() and not path.is_symlink():
            if not top or is_chapter:
                found += _walk(path)
        elif not path.is_dir() or not top or is_chapter:
            found.append(path)
    return found


def _about(reading: Reading) -> CourseSchema | None:
    document = reading.yaml("course.yaml")
    about = validate(CourseSchema, document, reading.problems) if document else None
    if about is not None:
        reading.languages = about.languages
    else:  # go on with what can be guessed, to find the other mistakes too
        found = {match[1] for match in reading.paths(r"[^/]+/chapter\.([a-z-]+)\.(?:md|ipynb)")}
        reading.languages = tuple(sorted(found)) or ("en",)
    if document is not None:
        reading.check_languages(document)
    slug = reading.folder.name
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug) or len(slug) > 80:
        message = f"the folder's name `{slug}` is the course's address"
        reading.add("course.yaml", 0, message, "small letters, digits and hyphens")
    return about


def _check_names(reading: Reading) -> None:
    """A misspelt name would silently be left out."""
    known = ["course.yaml", PLACEMENT, *KINDS, *(f"faq.{language}.md" for language in reading.languages)]
    for match in reading.paths(r"[^/]+\.(?:ya?ml|md)"):
        if match[0] not in known and not _FREE_TEXTS.fullmatch(match[0]) and not match[0].startswith("faq."):
            reading.add(match[0], 0, "no file of this name belongs to a course", did_you_mean(match[0], known))
    for path in sorted(reading.folder.iterdir()):
        if path.is_dir() and not _CHAPTER.fullmatch(path.name) and list(path.glob("chapter.*")):
            bare = re.sub(r"[^a-z0-9]+", "-", re.sub(r"^[0-9]+-", "", path.name.lower())).strip("-") or "start"
            expected = f"a number, a hyphen and a name of small letters and digits, such as 01-{bare}"
            reading.add(path.name, 0, "a chapter's folder cannot have this name", expected)
    for match in reading.paths(rf"(?!{COMPETITIONS}/)[^/]+/chapter\.(?:md|ipynb)"):
        expected = f"chapter.{reading.languages[0]}.md, say"
        reading.add(match[0], 0, "the name does not say in which language the chapter is", expected)
    for match in reading.paths(rf"(?!{COMPETITIONS}/)([^/]+)/([^/]+\.(?:ya?ml|md))"):
        wanted = [f"chapter.{language}.md" for language in reading.languages]
        if not match[2].startswith("chapter.") and not _FREE_TEXTS.fullmatch(match[2]):
            reading.add(match[0], 0, "no file of this name belongs to a chapter", did_you_mean(match[2], wanted))


def read_chapter(
    folder: Path, name: str, urls: Urls, memory: Memory | None = None
) -> tuple[Chapter | None, list[Problem]]:
    """One chapter while it is being written, and the mistakes in its folder; of the others only what it links to."""
    folder = folder.resolve()
    reading = Reading(folder=folder, places=Map(files={}, urls=urls), memory=memory or Memory())
    reading.places.files = _files(folder, reading)
    _about(reading)
    found = [chapter for chapter in _announced(reading) if chapter.path == name]
    chapter = found[0].read() if found else None
    own = [problem for problem in reading.all_problems() if problem.file.startswith(f"{name}/")]
    return chapter, own


def _announced(reading: Reading) -> list[ChapterFolder]:
    """The folders of all chapters; what can be linked to in them is known."""
    names = sorted({path.split("/")[0] for path in reading.places.files if "/" in path} - {COMPETITIONS})
    folders: list[ChapterFolder] = []
    numbers: dict[int, str] = {}
    for name in names:
        number, slug = _CHAPTER.fullmatch(name).groups()  # type: ignore[union-attr]  # _walk took only such folders
        if int(number) in numbers:
            reading.add(name, 0, f"{numbers[int(number)]} has this number too", "a number of its own")
        if slug in [folder.slug for folder in folders]:
            reading.add(name, 0, f"another chapter is called `{slug}` too", "a slug of its own")
        numbers[int(number)] = name
        folders.append(ChapterFolder(reading, name, slug=slug, number=int(number)))
    if not folders:
        reading.add("course.yaml", 0, "the course has no chapters", "folders such as 01-introduction")
    _announce_faq(reading)
    for folder in folders:
        folder.announce()
    return folders


def _chapters(reading: Reading) -> tuple[Chapter, ...]:
    folders = _announced(reading)
    for kind in ("quizzes", "exercises"):
        _check_unique(reading, [getattr(folder, kind) for folder in folders], kind)
    before = {folder.slug: folder.prerequisites for folder in folders}
    for folder in folders:
        folder.check_prerequisites(before)
    chapters = tuple(folder.read() for folder in folders)
    paths = {slug: path for folder in folders for slug, path in folder.exercises.items()}
    check_exercise_prerequisites(reading, paths, [item for chapter in chapters for item in chapter.exercises])
    return chapters


def _check_unique(reading: Reading, each: list[dict[str, str]], kind: str) -> None:
    taken: dict[str, str] = {}
    for paths in each:
        for slug, path in paths.items():
            if slug in taken:
                reading.add(path, 0, f"{taken[slug]} is called `{slug}` too", f"a slug of its own among all {kind}")
            taken.setdefault(slug, path)


def _listing(reading: Reading, name: str) -> tuple[EntrySchema, ...]:
    if name not in reading.places.files:
        return ()
    part = reading.part(f"listing {name}", [name])
    if (known := part.recall()) is not None:
        return Listing.model_validate_json(json.dumps(known)).entries
    with part.made():
        entries = _entries(reading, name)
    if entries:
        part.keep({"entries": [entry.model_dump(mode="json", exclude_unset=True) for entry in entries]})
    return entries


def _entries(reading: Reading, name: str) -> tuple[EntrySchema, ...]:
    document = reading.yaml(name)
    if document is None or document.data in (None, []):
        return ()
    if not isinstance(document.data, list):
        reading.add(name, 1, "this is not a list", "- slug: …")
        return ()
    lines = {("entries", *loc): line for loc, line in document.lines.items()}
    wrapped = Document(file=name, data={"entries": document.data}, lines=lines)
    reading.check_languages(wrapped)
    listing = validate(Listing, wrapped, reading.problems)
    entries = listing.entries if listing else ()
    slugs = [entry.slug for entry in entries]
    for index, slug in enumerate(slugs):
        if slug in slugs[:index]:
            reading.add(name, wrapped.line("entries", index), f"`{slug}` is there twice", "another slug")
    return entries


def _placement(reading: Reading, chapters: list[str]) -> Quiz | None:
    if PLACEMENT not in reading.places.files or not chapters:
        return None
    return read_placement(reading, PLACEMENT, chapters)


def _announce_faq(reading: Reading) -> None:
    for match in reading.paths(r"faq\.([^./]+)\.md"):
        text = reading.text(match[0])
        if text is not None:
            reading.places.addresses[match[0]] = reading.places.urls.faq()
            reading.places.anchors[match[0]] = anchors_in(reading, match[0], text)[0]


def _faq(reading: Reading) -> dict[str, dict[str, Any]]:
    if not reading.paths(r"faq\.[^./]+\.md"):
        return {}
    faq = {}
    for language, path in reading.texts("faq", wanted="the FAQ").items():
        text = reading.text(path)
        if text is None:
            continue
        render = partial(render_sections, text, reading.page(path, language))
        faq[language] = {"entries": reading.part(f"faq {path}", [path]).value(render)}
    return faq
