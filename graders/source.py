"""Files that people write: read with line numbers, checked against a model, every mistake reported at once.

An author mends a whole file in one go, so nothing here stops at the first mistake: functions append to a list of
``Problem`` and return what could be read. YAML is read as YAML 1.2 has it (``no``, ``on`` and ``12:30`` are text, only
``true`` and ``false`` are booleans), which spares authors the best-known traps of the older version.
"""

from __future__ import annotations

import difflib
import errno
import json
import re
import types
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

MAX_BYTES = 1024 * 1024
MAX_NODES = 20_000
MAX_DEPTH = 24

Loc = tuple[str | int, ...]
Model = TypeVar("Model", bound=BaseModel)
Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

#: What the loader calls plain parts by itself.
_TAGS = {"str", "int", "float", "bool", "null", "timestamp", "seq", "map", "merge", "value", "binary"}
_YAML = "YAML: spaces and no tabs in front, quotes around a text with `: `, `{`, `[`, `#`, `*` or `&` in it"
#: What YAML forbids in a text.
_UNSEEN = re.compile("[^\\t\\n\\r\\x20-\\x7e\\x85\\xa0-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]")
_INTEGER = re.compile(r"[-+]?[0-9]{1,18}")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]{1,3})?")


@dataclass(frozen=True, kw_only=True, order=True)
class Problem:
    """One mistake of an author: where it is, what is wrong, what was expected. Line 0 means the file as a whole."""

    file: str
    line: int
    message: str
    expected: str = ""

    def __str__(self) -> str:
        tail = f", expected {self.expected}" if self.expected else ""
        return f"{self.file}:{self.line}: {self.message}{tail}"


class Strict(BaseModel):
    """The base of every model that is read from a file: unknown keys refused, nothing converted, never changed."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


LanguageTag = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[a-z0-9]{2,8})*$")]
NonEmpty = Annotated[str, StringConstraints(min_length=1, max_length=20_000)]
#: A text in each of its languages, in the order of the file.
Localized = Annotated[dict[LanguageTag, NonEmpty], Field(min_length=1)]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)]


@dataclass(frozen=True, kw_only=True)
class Document:
    """A YAML text as plain data, and the line of each of its parts."""

    file: str
    data: Any
    lines: Mapping[Loc, int]

    def line(self, *loc: str | int) -> int:
        """The line of a part, or of the nearest thing around it that is there."""
        for end in range(len(loc), -1, -1):
            if loc[:end] in self.lines:
                return self.lines[loc[:end]]
        return 1


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
    return text.replace("\r\n", "\n").replace("\r", "\n")


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
        line = first_line + (mark.line if mark else 0)
        message = f"this is not YAML: {error.problem or error.context}"
        problems.append(Problem(file=file, line=line, message=message, expected=_YAML))
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
        found = {_problem(model, document, item) for item in error.errors(include_url=False)}
        problems.extend(sorted(found))
        return None


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """``one of `a`, `b` (did you mean `a`?)``, for the expected part of a problem."""
    names = list(known)
    close = difflib.get_close_matches(name, names, n=1, cutoff=0.6)
    shown = ", ".join(f"`{item}`" for item in names[:30])
    return (f"`{close[0]}` (did you mean that?) or another of {shown}" if close else f"one of {shown}") if names else ""


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


#: pydantic's names of the mistakes that authors make, as (what is wrong, what was expected).
_SENTENCES: dict[str, tuple[str, str]] = {
    "string_type": ("{name} is not text", "text; put quotes around it if it looks like a number"),
    "int_type": ("{name} is {shown}", "a whole number"),
    "int_from_float": ("{name} is {shown}", "a whole number"),
    "float_type": ("{name} is {shown}", "a number"),
    "bool_type": ("{name} is {shown}", "true or false"),
    "list_type": ("{name} is not a list", "a list"),
    "tuple_type": ("{name} is not a list", "a list"),
    "dict_type": ("{name} is not a mapping", "a mapping, for example {{en: …, zh-hans: …}}"),
    "model_type": ("{name} is not a mapping", "a mapping of keys and values"),
    "string_too_short": ("{name} is empty", "some text"),
    "too_short": ("{name} has too few entries", "at least {min_length}"),
    "too_long": ("{name} has too many entries", "at most {max_length}"),
    "literal_error": ("{name} is {input!r}", "{expected}"),
    "greater_than": ("{name} is {input!r}", "more than {gt:g}"),
    "greater_than_equal": ("{name} is {input!r}", "at least {ge:g}"),
    "less_than": ("{name} is {input!r}", "less than {lt:g}"),
    "less_than_equal": ("{name} is {input!r}", "at most {le:g}"),
    "string_pattern_mismatch": ("{name} is {shown}", "{pattern}"),
    "date_from_datetime_parsing": ("{name} is {shown}", "a date such as 2027-03-01"),
    "date_parsing": ("{name} is {shown}", "a date such as 2027-03-01"),
    "date_type": ("{name} is {shown}", "a date such as 2027-03-01"),
}
#: What the patterns of the models mean, in words.
_PATTERNS = {
    r"^[a-z0-9]+(-[a-z0-9]+)*$": "small letters, digits and single hyphens, such as linear-layer",
    r"^[a-z]{2,3}(-[a-z0-9]{2,8})*$": "a language's tag, such as en or zh-hans",
    r"^https?://[^\s/]+\.[^\s]+$": "an address such as https://example.org/page",
    r"^[A-Za-z_]\w*(\.[A-Za-z_]\w*)*$": "a dotted name, such as torch.nn.Linear",
    r"^[A-Za-z][A-Za-z0-9_]*$": "a name of letters, digits and _, such as kernel",
}


_COMMA = "a language and its text; put quotes around a text with a comma or colon in it"


def _problem(model: type[BaseModel], document: Document, item: Any) -> Problem:
    loc, kind = tuple(item["loc"]), str(item["type"])
    name = ".".join(str(part) for part in loc if part != "[key]") or "the document"
    at = document.line(*loc)
    if kind == "extra_forbidden":
        known = _fields_at(model, loc[:-1])
        message, expected = f"the key `{loc[-1]}` is unknown", did_you_mean(str(loc[-1]), known)
    elif kind == "missing":
        message, expected = f"the key `{name}` is missing", f"`{loc[-1]}`"
    elif loc and loc[-1] == "[key]":
        message, expected = f"`{loc[-2]}` cannot be a key of `{'.'.join(map(str, loc[:-2]))}`", _COMMA
    elif kind == "string_type" and item.get("input") is None:
        message, expected = f"`{name}` has no text", _COMMA
    elif kind in _SENTENCES:
        values = {"name": f"`{name}`", "input": item.get("input"), **item.get("ctx", {})}
        values["shown"] = repr(item.get("input"))[:120]
        values["pattern"] = _PATTERNS.get(str(values.get("pattern")), f"text like {values.get('pattern')}")
        message, expected = (part.format(**values) for part in _SENTENCES[kind])
    else:
        text = str(item["msg"]).removeprefix("Value error, ")
        message, expected = f"`{name}`: {text}", ""
    return Problem(file=document.file, line=at, message=message, expected=expected)


def _fields_at(model: type[BaseModel], loc: Loc) -> list[str]:
    """The keys that the model knows at a place, found by walking its annotations."""
    here: list[Any] = [model]
    for part in loc:
        there: list[Any] = []
        for kind in _alternatives(here):
            if isinstance(kind, type) and issubclass(kind, BaseModel):
                field = kind.model_fields.get(str(part))
                there += [field.annotation] if field else []
            elif get_origin(kind) in (list, tuple):
                there.append(get_args(kind)[0])
            elif get_origin(kind) is dict:
                there.append(get_args(kind)[1])
        here = there or here  # a union's tag is part of the place but no step into the data
    models = [kind for kind in _alternatives(here) if isinstance(kind, type) and issubclass(kind, BaseModel)]
    return [name for kind in models for name in kind.model_fields]


def _alternatives(kinds: list[Any]) -> list[Any]:
    flat: list[Any] = []
    for kind in kinds:
        if get_origin(kind) in (Union, types.UnionType):
            flat += _alternatives(list(get_args(kind)))
        elif get_origin(kind) is Annotated:
            flat += _alternatives([get_args(kind)[0]])
        else:
            flat.append(kind)
    return flat
