"""Files that people write: read with line numbers, checked against a model, every mistake reported at once.

An author mends a whole file in one go, so nothing here stops at the first mistake: functions append to a list of
``Problem`` and return what could be read. YAML is read as YAML 1.2 has it (``no``, ``on`` and ``12:30`` are text, only
``true`` and ``false`` are booleans), which spares authors the best-known traps of the older version.
"""

from __future__ import annotations

import errno
import json
import re
from pathlib import Path
from typing import Annotated, Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from graders.problems import Document, Loc, Problem, problems_of

MAX_BYTES = 1024 * 1024
MAX_NODES = 20_000
MAX_DEPTH = 24

Model = TypeVar("Model", bound=BaseModel)
Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

#: What the loader calls plain parts by itself.
_TAGS = {"str", "int", "float", "bool", "null", "timestamp", "seq", "map", "merge", "value", "binary"}
_YAML = "YAML: spaces and no tabs in front, quotes around a text with `: `, `{`, `[`, `#`, `*` or `&` in it"
#: What YAML forbids in a text.
_UNSEEN = re.compile("[^\\t\\n\\r\\x20-\\x7e\\x85\\xa0-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]")
#: What git leaves in a file where two versions could not be brought together.
_CONFLICT, _REST = re.compile("^<{7} ", re.M), (re.compile("^={7}$", re.M), re.compile("^>{7} ", re.M))
_FENCE = re.compile("^ *(?:```|~~~)", re.M)
_WIDE = re.compile(r"[\s-]*\w+\s*：")
_INTEGER = re.compile(r"[-+]?[0-9]{1,18}")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]{1,3})?")


class Strict(BaseModel):
    """The base of every model that is read from a file: unknown keys refused, nothing converted, never changed."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


LanguageTag = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[a-z0-9]{2,8})*$")]
NonEmpty = Annotated[str, StringConstraints(min_length=1, max_length=20_000)]
#: A text in each of its languages, in the order of the file.
Localized = Annotated[dict[LanguageTag, NonEmpty], Field(min_length=1)]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)]


def read_text(path: Path, *, file: str, problems: list[Problem], limit: int = MAX_BYTES) -> str | None:
    """The text of a file, or None after a problem."""
    try:
        if path.exists() and not path.is_file():  # opening a pipe would wait for whoever writes
            raise OSError(errno.EINVAL, "it is no plain file")
        with path.open("rb") as stream:
            content = stream.read(limit + 1)
    except OSError as error:
        reason = "is missing" if isinstance(error, FileNotFoundError) else f"cannot be read ({error.strerror})"
        problems.append(Problem(file=file, line=0, message=f"the file {reason}", expected="a readable text file"))
        return None
    if len(content) > limit:
        message, expected = "the file is too large", f"at most {limit // 1024} KB"
        problems.append(Problem(file=file, line=0, message=message, expected=expected))
        return None
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        problems.append(Problem(file=file, line=line, message="a byte is not UTF-8", expected="text saved as UTF-8"))
        return None
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        problems.append(Problem(file=file, line=line, message="a byte is 0", expected="text saved as UTF-8"))
        return None
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if line := _conflict(text):
        message, expected = "a merge in git was left unfinished here", "one of the two versions, and no marks of git's"
        problems.append(Problem(file=file, line=line, message=message, expected=expected))
        return None
    return text


def _conflict(text: str) -> int:
    """The line where git has left two versions; 0 where there is none, or it is shown in a listing."""
    begin = _CONFLICT.search(text)
    if begin is None or not all(mark.search(text, begin.end()) for mark in _REST):
        return 0
    above = text[: begin.start()]
    return 0 if len(_FENCE.findall(above)) % 2 else above.count("\n") + 1


def parse_yaml(text: str, *, file: str, problems: list[Problem], first_line: int = 1) -> Document | None:
    """Read one YAML document. Its size, depth and the growth of its aliases are bounded before anything is built."""
    if len(text) > MAX_BYTES:
        expected = f"at most {MAX_BYTES // 1024} KB"
        problems.append(Problem(file=file, line=0, message="the YAML is too large", expected=expected))
        return None
    if unseen := _UNSEEN.search(text):
        line, message = first_line + text.count("\n", 0, unseen.start()), f"a control character, U+{ord(unseen[0]):04X}"
        problems.append(Problem(file=file, line=line, message=message, expected="text without control characters"))
        return None
    builder = _Builder(file=file, first_line=first_line, problems=problems)
    try:
        _check_depth(text)
        node = yaml.compose(text, Loader=Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        at = mark.line if mark else 0
        message = f"this is not YAML: {error.problem or error.context}"
        problems.append(Problem(file=file, line=first_line + at, message=message, expected=_wide(text, at) or _YAML))
        return None
    except yaml.YAMLError as error:
        problems.append(Problem(file=file, line=first_line, message=f"this is not YAML: {error}", expected=_YAML))
        return None
    data = builder.build(node, ()) if node is not None else None
    if builder.stopped:
        message, expected = "the YAML grows too large", f"at most {MAX_NODES} values with all aliases expanded"
        problems.append(Problem(file=file, line=first_line, message=message, expected=expected))
        return None
    builder.lines[()] = first_line
    return Document(file=file, data=data, lines=builder.lines)


def validate(model: type[Model], document: Document, problems: list[Problem]) -> Model | None:
    """The document as a model, or None after problems that name each line that is wrong."""
    if not isinstance(document.data, dict):
        expected = "a mapping with " + ", ".join(f"`{name}`" for name in model.model_fields)
        problems.append(
            Problem(file=document.file, line=document.line(), message="there is no mapping here", expected=expected)
        )
        return None
    try:
        # Through JSON: strict mode then takes a list for a tuple and a text for a date, but converts nothing else.
        return model.model_validate_json(json.dumps(document.data))
    except ValidationError as error:
        problems.extend(sorted(problems_of(model, document, error.errors(include_url=False))))
        return None


def _wide(text: str, at: int) -> str:
    """What to expect where a line that YAML stumbles over, or the one above it, has a colon of Chinese type."""
    near = text.split("\n")[max(0, at - 1) : at + 1]
    return "`: `, a plain colon and a space, after each key, and no `：`" if any(map(_WIDE.match, near)) else ""


def _check_depth(text: str) -> None:
    """The event parser keeps its own stack, so it meets a deep text before the recursive composer does."""
    depth = 0
    for event in yaml.parse(text, Loader=Loader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > MAX_DEPTH:
                raise yaml.YAMLError(f"nested more than {MAX_DEPTH} deep")
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


class _Builder:
    """Builds plain data from composed nodes, noting lines, duplicate keys and tags, up to ``MAX_NODES`` values."""

    def __init__(self, *, file: str, first_line: int, problems: list[Problem]) -> None:
        self.file, self.first_line, self.problems = file, first_line, problems
        self.lines: dict[Loc, int] = {}
        self.nodes = 0

    @property
    def stopped(self) -> bool:
        return self.nodes > MAX_NODES

    def build(self, node: Any, loc: Loc) -> Any:
        self.nodes += 1
        if self.stopped or len(loc) > MAX_DEPTH:
            self.nodes = MAX_NODES + 1  # an alias that holds itself, or a bomb: whatever is built is thrown away
            return None
        self.lines.setdefault(loc, self._line(node))
        if node.tag.removeprefix("tag:yaml.org,2002:") not in _TAGS:
            self._add(node, f"the tag {node.tag} is not allowed", "plain text, numbers, lists and mappings")
            return None
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, loc)
        if isinstance(node, yaml.SequenceNode):
            return [self.build(item, (*loc, index)) for index, item in enumerate(node.value)]
        return self._scalar(node)

    def _mapping(self, node: Any, loc: Loc) -> dict[str, Any]:
        built: dict[str, Any] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                self._add(key_node, "a key is not a word", "a plain text as key")
                continue
            key = str(key_node.value)
            if key in built:
                self._add(key_node, f"the key `{key}` is given twice", f"one `{key}`")
                continue
            self.lines[(*loc, key)] = self._line(key_node)
            built[key] = self.build(value_node, (*loc, key))
        return built

    def _scalar(self, node: Any) -> Any:
        """A plain scalar by the core schema of YAML 1.2; whatever is quoted or in a block is text."""
        text = str(node.value)
        if node.style:
            return text
        if text in ("", "~", "null"):
            return None
        if text in ("true", "false"):
            return text == "true"
        if _INTEGER.fullmatch(text):
            return int(text)
        if _FLOAT.fullmatch(text):
            number = float(text)
            return number if abs(number) < 1e300 else text
        return text

    def _line(self, node: Any) -> int:
        return int(node.start_mark.line) + self.first_line

    def _add(self, node: Any, message: str, expected: str) -> None:
        self.problems.append(Problem(file=self.file, line=self._line(node), message=message, expected=expected))
