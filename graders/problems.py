"""What is wrong in a file that people write, as sentences: what the model refused, in words that an author knows."""

from __future__ import annotations

import difflib
import types
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel

Loc = tuple[str | int, ...]


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


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """``one of `a`, `b` (did you mean `a`?)``, for the expected part of a problem."""
    names = list(known)
    close = difflib.get_close_matches(name, names, n=1, cutoff=0.6)
    shown = ", ".join(f"`{item}`" for item in names[:30])
    return (f"`{close[0]}` (did you mean that?) or another of {shown}" if close else f"one of {shown}") if names else ""


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
    r"^(never|passed|due|attempts:[1-9][0-9]{0,3})$": "never, passed, due or attempts:N, such as attempts:3",
    r"^[A-Za-z][A-Za-z0-9_]*$": "a name of letters, digits and _, such as kernel",
}


#: Mistakes whose place need not be in the data.
_NOT_THERE = frozenset({"missing", "extra_forbidden"})
_KEY = "a name of letters, digits, `_` and `-`"
_COMMA = "a language and its text; put quotes around a text with a comma or colon in it"


def problems_of(model: type[BaseModel], document: Document, items: Sequence[Any]) -> set[Problem]:
    """What pydantic refused, each once.

    Of a value that may be one thing or another, pydantic tells for each of them why it is not that one; an author needs
    to be told once, of the value as a whole.
    """
    found: set[Problem] = set()
    several: dict[Loc, list[Any]] = {}
    for item in items:
        at = _in_data(document, tuple(item["loc"]))
        if item["loc"][-1:] == ("[key]",):  # of a mapping: its key is wrong, and not what stands there
            found.add(_sentence(model, document, item))
        elif len(at) + 1 < len(item["loc"]) or (len(at) < len(item["loc"]) and item["type"] not in _NOT_THERE):
            several.setdefault(at, []).append(item)
        else:
            found.add(_sentence(model, document, item))
    return found | {_one_of_several(model, document, at, those) for at, those in several.items()}


def _in_data(document: Document, loc: Loc) -> Loc:
    """As much of a place as the document has: what pydantic adds names the alternatives of its type."""
    end = next((end for end in range(len(loc), 0, -1) if loc[:end] in document.lines), 0)
    return loc[:end]


def _one_of_several(model: type[BaseModel], document: Document, at: Loc, items: Sequence[Any]) -> Problem:
    value = document.data
    for part in at:
        value = value[part]
    expected = [_sentence(model, document, item).expected for item in items if len(item["loc"]) == len(at) + 1]
    name = ".".join(map(str, at)) or "the document"
    message = f"`{name}` is {repr(value)[:120]}"
    return Problem(
        file=document.file, line=document.line(*at), message=message, expected=" or ".join(sorted(set(expected)))
    )


def _sentence(model: type[BaseModel], document: Document, item: Any) -> Problem:
    loc, kind = tuple(item["loc"]), str(item["type"])
    name = ".".join(str(part) for part in loc if part != "[key]") or "the document"
    at = document.line(*loc)
    if kind == "extra_forbidden":
        known = _fields_at(model, loc[:-1])
        message, expected = f"the key `{loc[-1]}` is unknown", did_you_mean(str(loc[-1]), known)
    elif kind == "missing":
        message, expected = f"the key `{name}` is missing", f"`{loc[-1]}`"
    elif loc and loc[-1] == "[key]":
        message = f"`{loc[-2]}` cannot be a key of `{'.'.join(map(str, loc[:-2]))}`"
        expected = _KEY if loc[0] == "tests" else _COMMA
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
