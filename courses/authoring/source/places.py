"""Where the links and figures of one text lead to."""

from __future__ import annotations

import hashlib
import io
import posixpath
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar
from urllib.parse import unquote, urlsplit
from xml.parsers import expat

from graders.problems import did_you_mean

FIGURE_TYPES = {
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".webp": "image/webp",
    ".gif": "image/gif",
}
#: What a picture begins with; an SVG may have a comment and much else in front.
_STARTS = {
    ".svg": re.compile(rb"(?s).{0,8192}?<svg[\s>]"),
    ".png": re.compile(rb"\x89PNG\r\n\x1a\n"),
    ".jpg": re.compile(rb"\xff\xd8\xff"),
    ".jpeg": re.compile(rb"\xff\xd8\xff"),
    ".webp": re.compile(rb"(?s)RIFF.{4}WEBP"),
    ".gif": re.compile(rb"GIF8[79]a"),
}
VIDEO_TYPES = {".mp4": "video/mp4", ".webm": "video/webm"}
CAPTIONS = {".vtt": "text/vtt"}
#: What a text may offer for download by a link. It lies in its chapter's folder, but in no quiz or exercise.
DOWNLOADS = (".csv", ".ipynb", ".json", ".npz", ".pdf", ".py", ".txt", ".zip")
_OFFERED = re.compile(r"(?!competitions/)[^/]+/(?!quizzes/|exercises/).+")
MAX_FIGURE = 5 * 1024 * 1024
MAX_VIDEO = 64 * 1024 * 1024
#: Pages of the site that a text may link to although no file of the course stands for them.
SITE_PAGES = re.compile(r"/(library|courses|competitions)/(\?[\w=&%-]*)?")


class Urls(Protocol):
    """The addresses of the site, so that rendering knows no Django."""

    def chapter(self, slug: str) -> str: ...
    def exercise(self, slug: str) -> str: ...
    def faq(self) -> str: ...
    def competition(self, slug: str, page: str) -> str: ...
    def file(self, digest: str, name: str) -> str: ...


class PlaceUnknown(ValueError):
    """A link or figure leads nowhere; ``expected`` says what would be right."""

    def __init__(self, message: str, expected: str) -> None:
        super().__init__(message)
        self.expected = expected


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One picture: its address, that of its dark variant, and its size in CSS pixels if it says so."""

    url: str
    dark_url: str | None
    width: int | None
    height: int | None


Given = ParamSpec("Given")
Answer = TypeVar("Answer")


def _question(method: Callable[Concatenate[Map, Given], Answer]) -> Callable[Concatenate[Map, Given], Answer]:
    """Marks what a text may ask of the map: with ``noted`` each question is written down with its answer."""

    def asked(self: Map, /, *args: Given.args, **kwargs: Given.kwargs) -> Answer:
        said = "unknown"
        try:
            answer = method(self, *args, **kwargs)
            said = repr(answer)
        finally:
            if self.notes is not None:
                self.notes.append([[method.__name__, list(args), kwargs], said])
        return answer

    asked.__doc__ = method.__doc__
    return asked


@dataclass(kw_only=True)
class Map:
    """All places of a course: what each path is, and the ids and labels in each text."""

    files: dict[str, bytes]
    urls: Urls
    addresses: dict[str, str] = field(default_factory=dict)  #: path of a chapter, FAQ or exercise folder → URL
    anchors: dict[str, frozenset[str]] = field(default_factory=dict)  #: path of a text → ids in it
    labels: dict[tuple[str, str], str] = field(default_factory=dict)  #: (language, label) → path of the text
    public: set[str] = field(default_factory=set)  #: paths of figures and downloads in use
    notes: list[Any] | None = None  #: what was asked since ``noted`` began

    @contextmanager
    def noted(self) -> Iterator[list[Any]]:
        """The questions that are asked meanwhile, each once, with their answers, as JSON."""
        self.notes, outer = [], self.notes
        found: list[Any] = []
        try:
            yield found
        finally:
            found += [note for at, note in enumerate(self.notes) if note not in self.notes[:at]]
            self.notes = outer

    def answer(self, question: list[Any]) -> str:
        """What the map says now to a question that was noted."""
        name, args, kwargs = question
        try:
            return repr(getattr(self, name)(*args, **kwargs))
        except PlaceUnknown:
            return "unknown"

    @_question
    def link(self, href: str, *, base: str) -> str:
        """The URL for a link in the text at ``base``."""
        parts = urlsplit(href)
        if parts.scheme in ("http", "https"):
            if not parts.netloc or " " in href:
                raise PlaceUnknown(f"the link {href} names no host", "https://host/path")
            return href
        if parts.scheme == "mailto" and "@" in parts.path:
            return href
        if parts.scheme or parts.netloc:
            raise PlaceUnknown(f"the link {href} has a scheme that is not allowed", "https, http or mailto")
        if SITE_PAGES.fullmatch(href):
            return href
        target = _within(base, unquote(parts.path)) if parts.path else base
        if target in self.files and target.endswith(DOWNLOADS) and _OFFERED.fullmatch(target):
            return self._public(target)
        if parts.path and target not in self.addresses:
            raise PlaceUnknown(f"the link {href} leads to no chapter, exercise or FAQ", self._near(target, base=base))
        anchor = unquote(parts.fragment)
        if anchor and anchor not in self.anchors.get(target, frozenset()):
            known = sorted(self.anchors.get(target, frozenset()))
            expected = did_you_mean(anchor, known) or "a heading or label that exists"
            raise PlaceUnknown(f"the link {href} leads to no heading or label", expected)
        address = self.addresses[target] if parts.path else ""
        return f"{address}#{anchor}" if anchor else address

    @_question
    def reference(self, label: str, *, base: str, language: str) -> str:
        """The URL for ``{ref}`` to a label anywhere in the course."""
        if label in self.anchors.get(base, frozenset()):
            return f"#{label}"
        target = self.labels.get((language, label))
        if target is None:
            known = sorted(name for tongue, name in self.labels if tongue == language)
            raise PlaceUnknown(f"there is no label ({label})=", did_you_mean(label, known) or "a label that exists")
        return f"{self.addresses[target]}#{label}"

    @_question
    def figure(self, source: str, *, base: str) -> Figure:
        if urlsplit(source).scheme in ("http", "https", "data") or source.startswith("//"):
            expected = "a file in the chapter's folder, such as figures/box.svg: the site shows no others"
            raise PlaceUnknown(f"the figure {source[:80]} is no file of this course", expected)
        path = _within(base, unquote(source))
        suffix = PurePosixPath(path).suffix.lower()
        if suffix not in FIGURE_TYPES:
            raise PlaceUnknown(
                f"the figure {source} is of no known kind", "a file ending in " + ", ".join(FIGURE_TYPES)
            )
        if path not in self.files:
            beside = [name for name in self.files if PurePosixPath(name).suffix.lower() in FIGURE_TYPES]
            names = sorted(posixpath.relpath(name, posixpath.dirname(base)) for name in beside)
            raise PlaceUnknown(
                f"the figure {source} does not exist", did_you_mean(source, names) or "a file that exists"
            )
        if len(self.files[path]) > MAX_FIGURE:
            raise PlaceUnknown(f"the figure {source} is too large", f"at most {MAX_FIGURE // 2**20} MB")
        if not _STARTS[suffix].match(self.files[path]):
            raise PlaceUnknown(f"the figure {source} is no {suffix[1:].upper()} inside", "what its name says")
        if suffix == ".svg" and (broken := broken_svg(self.files[path])):
            raise PlaceUnknown(f"browsers do not draw the figure {source}: {broken}", "XML that is whole")
        dark = str(PurePosixPath(path).with_suffix(f".dark{suffix}"))
        width, height = size_of(self.files[path], suffix)
        return Figure(
            url=self._public(path),
            dark_url=self._public(dark) if dark in self.files else None,
            width=width,
            height=height,
        )

    @_question
    def video(self, source: str, captions: str, *, base: str) -> tuple[str, str]:
        """The addresses of a film and of its captions."""
        film, track = _within(base, unquote(source)), _within(base, unquote(captions))
        for path, kinds in ((film, VIDEO_TYPES), (track, CAPTIONS)):
            if path not in self.files or PurePosixPath(path).suffix.lower() not in kinds:
                raise PlaceUnknown(f"there is no file {path}", "a file of the course ending in " + ", ".join(kinds))
        if len(self.files[film]) > MAX_VIDEO:
            raise PlaceUnknown(f"the video {source} is too large", f"at most {MAX_VIDEO // 2**20} MB")
        text = self.files[track].decode(errors="replace")
        if not text.lstrip("\ufeff").startswith("WEBVTT") or " --> " not in text:
            raise PlaceUnknown(f"the captions {captions} are no WebVTT", "WEBVTT on its first line, then cues")
        return self._public(film), self._public(track)

    def _public(self, path: str) -> str:
        self.public.add(path)
        return self.urls.file(hashlib.sha256(self.files[path]).hexdigest(), PurePosixPath(path).name)

    def _near(self, target: str, *, base: str) -> str:
        folder = posixpath.dirname(base)
        names = {posixpath.relpath(path, folder): path for path in self.addresses}
        return did_you_mean(posixpath.relpath(target or ".", folder), sorted(names)) or "a path that exists"


def _within(base: str, path: str) -> str:
    """``path`` as seen from the file ``base``, as a path of the course; one that leaves the course matches nothing."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(base), path))


def broken_svg(content: bytes) -> str:
    """Why a browser would show nothing in its place; empty where it is XML to its end, with no entities of its own."""

    def refuse(*_declaration: object) -> None:
        raise ValueError("it declares an entity")

    parser = expat.ParserCreate()
    parser.EntityDeclHandler = refuse
    try:
        parser.ParseFile(io.BytesIO(content))
    except (expat.ExpatError, ValueError) as error:
        return str(error)
    return ""


def size_of(content: bytes, suffix: str) -> tuple[int | None, int | None]:
    """Width and height, so that a page does not jump while its figures load. Unknown is fine."""
    if suffix == ".png" and content[:8] == b"\x89PNG\r\n\x1a\n" and len(content) >= 24:
        return int.from_bytes(content[16:20], "big"), int.from_bytes(content[20:24], "big")
    if suffix == ".svg":
        match = re.search(rb'viewBox="[-\d.]+[ ,]+[-\d.]+[ ,]+([\d.]+)[ ,]+([\d.]+)"', content[:4096])
        if match:
            return tuple(round(float(part)) for part in match.groups())  # type: ignore[return-value]  # two groups
    return None, None
