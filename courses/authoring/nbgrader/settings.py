"""nbgrader_config.py, read as text: what it assigns in plain values counts, all else in it is named and left out."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

MAX_BYTES = 1024 * 1024
_STUB = "# YOUR CODE HERE\nraise NotImplementedError()"
#: The options that are understood, as nbgrader calls them.
KNOWN = {
    "IncludeHeaderFooter.header",
    "IncludeHeaderFooter.footer",
    "CourseDirectory.course_id",
    "CourseDirectory.source_directory",
    "CourseDirectory.submitted_directory",
    "CourseDirectory.db_url",
    "CourseDirectory.db_assignments",
    "CourseDirectory.db_students",
    "ClearSolutions.code_stub",
    "ClearSolutions.text_stub",
    "ClearSolutions.begin_solution_delimeter",
    "ClearSolutions.end_solution_delimeter",
    "ClearHiddenTests.begin_test_delimeter",
    "ClearHiddenTests.end_test_delimeter",
    "ClearMarkScheme.begin_mark_scheme_delimeter",
    "ClearMarkScheme.end_mark_scheme_delimeter",
    "InstantiateTests.autotest_filename",
    "InstantiateTests.autotest_delimiter",
    "InstantiateTests.hashed_delimiter",
}


class _NotPlain(ValueError):
    """An expression that would have to be run."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The course's options; what is not set is as nbgrader has it."""

    given: Mapping[str, Any] = field(default_factory=dict)  #: "Class.name" -> value
    notes: tuple[str, ...] = ()  #: what was left out, and why

    def text(self, name: str, default: str) -> str:
        value = self.given.get(name, default)
        return value if isinstance(value, str) else default

    def rows(self, name: str) -> list[Mapping[str, Any]]:
        """A list of mappings, such as ``db_assignments``."""
        value = self.given.get(name)
        return [row for row in value if isinstance(row, Mapping)] if isinstance(value, list) else []

    @property
    def code_stub(self) -> str:
        value = self.given.get("ClearSolutions.code_stub")
        value = value.get("python") if isinstance(value, Mapping) else value
        return value if isinstance(value, str) else _STUB

    @property
    def text_stub(self) -> str:
        return self.text("ClearSolutions.text_stub", "YOUR ANSWER HERE")


def read_settings(content: bytes) -> Settings:
    """Read a configuration file. It is never run: an option that would have to be is named in ``notes``."""
    try:
        tree = ast.parse(content[:MAX_BYTES].decode("utf-8-sig"))
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        return Settings(notes=(f"nbgrader_config.py is no Python, and was left out: {error}",))
    given: dict[str, Any] = {}
    notes: list[str] = []
    for node in ast.walk(tree):
        for name, value in _assignments(node):
            if name not in KNOWN:
                continue
            try:
                given[name] = _plain(value)
            except _NotPlain:
                line = getattr(node, "lineno", 0)
                notes.append(f"nbgrader_config.py:{line}: {name} is no plain value; it is never run, and was left out")
    return Settings(given=given, notes=tuple(notes))


def _assignments(node: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    """``c.Class.name = value``: the name without what stands for the configuration."""
    if not isinstance(node, ast.Assign):
        return
    for target in node.targets:
        match target:
            case ast.Attribute(attr=name, value=ast.Attribute(attr=owner, value=ast.Name())):
                yield f"{owner}.{name}", node.value


def _moment(args: list[ast.expr]) -> str:
    """``datetime(2027, 3, 1, 17)`` as a text: computed here, not called there."""
    parts = [part.value for part in args if isinstance(part, ast.Constant) and type(part.value) is int]
    try:
        return datetime(*parts).isoformat(" ")  # type: ignore[arg-type]  # without a zone, as written
    except (TypeError, ValueError, OverflowError):
        raise _NotPlain from None


def _plain(node: ast.expr) -> Any:
    match node:
        case ast.Call(func=ast.Name(id="datetime") | ast.Attribute(attr="datetime"), args=args, keywords=[]):
            return _moment(args)
        case ast.Call(func=ast.Name(id="dict"), args=[], keywords=keywords) if all(each.arg for each in keywords):
            return {str(each.arg): _plain(each.value) for each in keywords}
        case ast.List(elts=items) | ast.Tuple(elts=items):
            return [_plain(item) for item in items]
        case ast.Dict(keys=keys, values=values) if None not in keys:
            return {_plain(key): _plain(value) for key, value in zip(keys, values, strict=True) if key is not None}
    try:
        return ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        raise _NotPlain from None
