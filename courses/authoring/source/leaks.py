"""Whether what students get holds something that they should not: solution, hidden test, expected value, guide.

A secret is a line, or a value of a test, that no open text of the course has. It is looked for in text as a reader
reads it: without tags, with entities and escapes undone, in one line. What everybody writes (small numbers, short
words) is no secret: it would be found by chance.
"""

from __future__ import annotations

import ast
import html
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

#: Lines that are shorter, or have fewer letters, are everybody's.
SHORTEST, LETTERS = 12, 4
SHORTEST_TEXT = 6  #: of a text that a test compares with
LEAST_DIGITS = 4
MAX_LENGTH = 300
_TAG = re.compile(r"<(?:[a-zA-Z/!][^<>]*)>")
_OPEN = re.compile(r"statement\..*|starter[./].*|test_visible\.py|data/.*")
_KEY = re.compile(r"^[ \t]*[\w-]+:[ \t]*[\"']?|[\"']$", re.MULTILINE)  #: of a line of YAML, and the quotes of its text
_EVERYBODYS = re.compile(r"#|import |from |pass$|@|\"\"\"|'''")


@dataclass(frozen=True, kw_only=True, order=True)
class Secret:
    """Something that no student may read before they may."""

    exercise: str
    kind: str  #: solution, hidden test, expected value, guide
    text: str

    def __str__(self) -> str:
        shown = self.text if len(self.text) <= 80 else f"{self.text[:77]}…"
        return f"{self.exercise}: {self.kind}: {shown}"


def open_text(files: Mapping[str, bytes]) -> str:
    """What an exercise's folder says openly, from its files by their names in it: as a reader reads it."""
    texts = {name: content.decode("utf-8", "replace") for name, content in files.items()}
    shown = [part for name, text in texts.items() if _OPEN.fullmatch(name) for part in parts_of(name, text)]
    return plain("\n".join([*shown, *_without_guides(texts.get("exercise.yaml", ""))]))


def secrets_of(exercise: str, files: Mapping[str, bytes], known: str) -> set[Secret]:
    """The secrets of an exercise's folder.

    Args:
        files: by their names in the folder.
        known: what is open, as ``open_text`` gives it.
    """
    found: set[Secret] = set()
    for name, content in files.items():
        parts = list(parts_of(name, content.decode("utf-8", "replace")))
        if re.fullmatch(r"solution[./].*", name):
            found |= set(lines_of(exercise, "solution", parts, known))
        elif re.fullmatch(r"test_hidden\.(py|ipynb)", name):
            found |= set(lines_of(exercise, "hidden test", parts, known))
            found |= set(values_of(exercise, parts, known))
        elif name == "exercise.yaml":  # what is in it and not open is for those who grade
            found |= set(lines_of(exercise, "guide", [_KEY.sub("", part) for part in parts], known))
    return found


def lines_of(exercise: str, kind: str, texts: Iterable[str], known: str) -> Iterator[Secret]:
    """The lines of some texts that the open text does not have."""
    for text in texts:
        for line in text.split("\n"):
            words = " ".join(line.split())[:MAX_LENGTH]
            letters = sum(char.isalpha() for char in words)
            if len(words) >= SHORTEST and letters >= LETTERS and not _EVERYBODYS.match(words) and words not in known:
                yield Secret(exercise=exercise, kind=kind, text=words)


def values_of(exercise: str, tests: Iterable[str], known: str) -> Iterator[Secret]:
    """What tests compare with, where it is long enough to be told from what everybody writes."""
    for text in tests:
        try:
            nodes = list(ast.walk(ast.parse(text)))
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
        compared = [each for node in nodes if isinstance(node, ast.Compare) for each in ast.walk(node)]
        for node in compared:
            if isinstance(node, ast.Constant) and (value := as_secret(node.value)) and value not in known:
                yield Secret(exercise=exercise, kind="expected value", text=value)


def as_secret(value: Any) -> str:
    """A value as it would be read; empty where it is too common."""
    if isinstance(value, bool) or value is None:
        return ""
    text = " ".join(str(value).split())[:MAX_LENGTH]
    if isinstance(value, int | float):
        return text if sum(char.isdigit() for char in text) >= LEAST_DIGITS else ""
    return (
        text if isinstance(value, str) and len(text) >= SHORTEST_TEXT and not re.fullmatch(r"<class .*>", text) else ""
    )


def found_in(secrets: Iterable[Secret], name: str, content: bytes) -> list[Secret]:
    """The secrets that stand in a file or page."""
    read = plain("\n".join(parts_of(name, content.decode("utf-8", "replace"))))
    return sorted(secret for secret in secrets if _stands_in(secret, read))


def parts_of(name: str, text: str) -> Iterator[str]:
    """The texts in a file: of JSON each by itself, with its escapes undone."""
    if name.endswith((".ipynb", ".json")):
        try:
            yield from _texts(json.loads(text))
        except (ValueError, RecursionError):
            yield text
    else:
        yield text


def plain(text: str) -> str:
    """What a reader reads, in one line."""
    return " ".join(html.unescape(_TAG.sub("", text)).split())


def _stands_in(secret: Secret, read: str) -> bool:
    if secret.text not in read:
        return False
    if secret.kind != "expected value":
        return True
    return re.search(rf"(?<![\w.]){re.escape(secret.text)}(?![\w.])", read) is not None


def _texts(data: Any) -> Iterator[str]:
    """All texts of a JSON value; the lines of a notebook's cell are one."""
    if isinstance(data, str):
        yield data
    elif isinstance(data, list):
        if data and all(isinstance(item, str) for item in data):
            yield "".join(data)
        else:
            for item in data:
                yield from _texts(item)
    elif isinstance(data, dict):
        for value in data.values():
            yield from _texts(value)


def _without_guides(spec: str) -> Iterator[str]:
    """The lines of exercise.yaml that students may see something of: all but ``guide`` and what is under it."""
    inside = -1
    for line in spec.split("\n"):
        indent = len(line) - len(line.lstrip())
        if inside >= 0 and line.strip() and indent <= inside:
            inside = -1
        if inside < 0 and re.match(r"\s*guide:", line):
            inside = indent
        if inside < 0:
            yield line
