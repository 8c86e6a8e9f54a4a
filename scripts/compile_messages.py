"""Compile ``locale/parts/*.<language>.po`` into the .mo catalogue of each language. Standard library only.

Django's own ``compilemessages`` calls gettext's binaries, which a fresh machine lacks. Each part belongs to the owner
of the strings in it (``accounts.zh-hans.po``); the catalogue is their union. Two parts that translate one message
differently, a translation that is missing or fuzzy, and one whose placeholders are not the message's are errors, told
as ``file:line``.
"""

from __future__ import annotations

import argparse
import ast
import re
import struct
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

LOCALE = Path(__file__).resolve().parent.parent / "locale"
HEADER = "Content-Type: text/plain; charset=UTF-8\nPlural-Forms: {plural}\n"
#: Which forms a message has for numbers. English is there for what libraries say, which we put in words of our own.
PLURAL_FORMS = {"en": "nplurals=2; plural=(n != 1);", "zh-hans": "nplurals=1; plural=0;"}
PLACEHOLDER = re.compile(r"%\(\w+\)[sdrf]|%[sdrf]|\{\w*\}")


class CatalogueInvalid(Exception):
    """A part cannot be used; the message is one ``file:line: what is wrong`` per line."""


@dataclass
class Entry:
    """One message of a part: its texts by keyword, ``msgstr[0]`` and the like included."""

    file: Path
    line: int
    fuzzy: bool = False
    texts: dict[str, str] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """What gettext looks up: the context before an EOT, the plural after a NUL."""
        context = self.texts.get("msgctxt")
        plural = self.texts.get("msgid_plural")
        prefix = "" if context is None else f"{context}\x04"
        return prefix + self.texts.get("msgid", "") + ("" if plural is None else f"\0{plural}")

    @property
    def translations(self) -> list[str]:
        return [text for keyword, text in self.texts.items() if keyword.startswith("msgstr")]

    def at(self, complaint: str) -> str:
        return f"{self.file.name}:{self.line}: {complaint}"


def read(path: Path) -> Iterator[Entry]:
    """The messages of one .po file; its header, obsolete messages and comments are left out."""
    entry, keyword = Entry(path, 1), ""
    for number, raw in enumerate([*path.read_text("utf-8").splitlines(), ""], start=1):
        line = raw.strip()
        if line.startswith("#,") and "fuzzy" in line:
            entry.fuzzy = True
        if line.startswith("#"):
            continue
        starts = re.match(r"(msgctxt|msgid_plural|msgid|msgstr(?:\[\d\])?)\s+(?=\")", line)
        if (starts and starts[1] in ("msgctxt", "msgid") and entry.translations) or (not line and entry.texts):
            if entry.key:
                yield entry
            entry = Entry(path, number)
        if not line:
            continue
        if starts:
            keyword = starts[1]
            entry.line = number if not entry.texts else entry.line
            entry.texts[keyword] = ""
        entry.texts[keyword] = entry.texts.get(keyword, "") + unquoted(
            line[starts.end() if starts else 0 :], path, number
        )


def unquoted(text: str, path: Path, number: int) -> str:
    """A quoted piece of a .po file; its escapes are those of Python."""
    try:
        value = ast.literal_eval(text) if text.startswith('"') else None
    except (SyntaxError, ValueError):
        value = None
    if not isinstance(value, str):
        raise CatalogueInvalid(f'{path.name}:{number}: expected msgid "…" or msgstr "…", found {text[:40]!r}')
    return value


def complaints(entry: Entry) -> Iterator[str]:
    """What is wrong with one message by itself."""
    if entry.fuzzy:
        yield entry.at("marked fuzzy: read the translation and take the mark away")
    if not entry.translations or not all(entry.translations):
        yield entry.at(f"no translation of {entry.texts.get('msgid', '')[:60]!r}")
        return
    source = entry.texts.get("msgid_plural", entry.texts["msgid"])
    expected = sorted(set(PLACEHOLDER.findall(source)))
    for translation in entry.translations:
        found = sorted(set(PLACEHOLDER.findall(translation)))
        if found != expected:
            yield entry.at(f"the placeholders are {found}, expected {expected} as in {source[:60]!r}")
    if entry.texts["msgid"].endswith("\n") != entry.translations[0].endswith("\n"):
        yield entry.at("message and translation must both end with a new line, or neither")


def merge(parts: list[Path]) -> dict[str, str]:
    """All messages of the parts as gettext keeps them; raises ``CatalogueInvalid`` with all that is wrong."""
    seen: dict[str, Entry] = {}
    problems: list[str] = []
    for path in parts:
        for entry in read(path):
            problems.extend(complaints(entry))
            first = seen.setdefault(entry.key, entry)
            if first.translations != entry.translations:
                problems.append(
                    entry.at(
                        f"{entry.texts['msgid'][:60]!r} is {entry.translations[:1]} here and "
                        f"{first.translations[:1]} in {first.file.name}:{first.line}"
                    )
                )
    if problems:
        raise CatalogueInvalid("\n".join(problems))
    return {key: "\0".join(entry.translations) for key, entry in seen.items()}


def packed(messages: dict[str, str]) -> bytes:
    """The bytes of a .mo file: two sorted tables of lengths and places, then the texts."""
    pairs = sorted((key.encode(), text.encode()) for key, text in messages.items())
    place = 7 * 4 + len(pairs) * 16
    tables: list[list[int]] = [[], []]
    blobs = []
    for column in (0, 1):
        for pair in pairs:
            tables[column] += [len(pair[column]), place]
            blobs.append(pair[column] + b"\0")
            place += len(pair[column]) + 1
    head = struct.pack("<7I", 0x950412DE, 0, len(pairs), 28, 28 + len(pairs) * 8, 0, 0)
    return head + b"".join(struct.pack(f"<{len(table)}I", *table) for table in tables) + b"".join(blobs)


def compile_language(folder: Path, language: str) -> int:
    """Write the catalogue of one language where Django looks for it; gives the number of messages."""
    messages = merge(sorted(folder.glob(f"parts/*.{language}.po")))
    name, _, variant = language.partition("-")
    target = folder / (f"{name}_{variant.title()}" if variant else name) / "LC_MESSAGES" / "django.mo"
    target.parent.mkdir(parents=True, exist_ok=True)
    content = packed({"": HEADER.format(plural=PLURAL_FORMS[language]), **messages})
    if not target.is_file() or target.read_bytes() != content:
        fresh = target.with_suffix(".new")
        fresh.write_bytes(content)
        fresh.replace(target)  # a running server never sees half a catalogue
    return len(messages)


def main() -> int:
    options = argparse.ArgumentParser(description="Compile the translations.")
    options.add_argument("--quiet", action="store_true", help="say nothing when all is well")
    options.add_argument("--locale", type=Path, default=LOCALE, help="the folder that holds parts/")
    given = options.parse_args()
    for language in sorted(PLURAL_FORMS):
        try:
            count = compile_language(given.locale, language)
        except CatalogueInvalid as invalid:
            print(invalid, file=sys.stderr)
            return 1
        if not given.quiet:
            print(f"{language}: {count} messages")
    return 0


if __name__ == "__main__":
    sys.exit(main())
