"""``### AUTOTEST`` lines: what is to be asked of the solution, and the assertions that its answers become.

autotests.yml has templates in Jinja. Only ``{{ name }}`` is understood and filled in: a template is never run. The
solution answers in the sandbox (``beside``); here are questions and answers alone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from courses.authoring.nbgrader.cells import Refused
from courses.authoring.nbgrader.settings import Settings
from graders.problems import Problem
from graders.source import parse_yaml

_SLOT = re.compile(r"\{\{\s*(\w+)\s*\}\}")
_QUOTED = re.compile(r"(\"{3}|'{3}|\"|')\{\{\s*(value|message)\s*\}\}\1")  #: a text in the template: whatever it holds
_LOGIC = re.compile(r"\{%|\{#")
_UNORDERED = ("set", "frozenset")
#: Where a course has no autotests.yml: the type, and the value as text.
_USUAL: Mapping[str, Any] = {
    "dispatch": "type({{snippet}})",
    "normalize": "str({{snippet}})",
    "check": 'assert {{snippet}} == """{{value}}""", """{{message}}"""',
    "templates": {
        "default": [
            {"test": "type({{snippet}})", "fail": "{{snippet}} has the wrong type"},
            {"test": "{{snippet}}", "fail": "{{snippet}} has the wrong value"},
        ],
        "float": [
            {"test": "type({{snippet}})", "fail": "{{snippet}} has the wrong type"},
            {"test": "round({{snippet}}, 2)", "fail": "{{snippet}} has the wrong value"},
        ],
    },
}


@dataclass(frozen=True, kw_only=True)
class Question:
    """What the solution is asked for one snippet."""

    snippet: str
    hashed: bool  #: students must not read the answer
    dispatch: str  #: an expression that says the type
    by_type: Mapping[str, Sequence[str]]  #: for each type, expressions whose values are compared
    messages: Mapping[str, Sequence[str]]  #: beside them, what is said when they differ


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What the solution said."""

    type: str
    values: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class Templates:
    """autotests.yml for one kernel."""

    dispatch: str
    normalize: str
    check: str
    templates: Mapping[str, Sequence[Mapping[str, str]]]
    setup: str = ""
    success: str = ""

    def question(self, snippet: str, *, hashed: bool) -> Question:
        by_type = {name: self.templates.get(name, self.templates["default"]) for name in (*self.templates, *_UNORDERED)}
        tests = {
            name: [
                filled(filled(self.normalize, snippet=_in_order(name, each["test"])), snippet=snippet) for each in rows
            ]
            for name, rows in by_type.items()
        }
        says = {name: [filled(each["fail"], snippet=snippet) for each in rows] for name, rows in by_type.items()}
        dispatch = filled(self.dispatch, snippet=snippet)
        return Question(snippet=snippet, hashed=hashed, dispatch=dispatch, by_type=tests, messages=says)

    def assertions(self, question: Question, answer: Answer) -> list[str]:
        """The lines that compare, in Python, with the solution's values as literals."""
        name = answer.type if answer.type in question.by_type else "default"
        lines = []
        for expression, value, message in zip(
            question.by_type[name], answer.values, question.messages[name], strict=True
        ):
            lines.append(filled(self._with_texts(value, message), snippet=expression, value=value, message=message))
        return lines

    def _with_texts(self, value: str, message: str) -> str:
        """``check`` with whole literals where it has a quoted slot: values may hold quotes of their own."""
        known = {"value": value, "message": message}

        def literal(match: re.Match[str]) -> str:
            return repr(known[match[2]])

        return _QUOTED.sub(literal, self.check)


@dataclass(frozen=True, kw_only=True)
class Script:
    """A test cell with AUTOTEST lines, in pieces: code, and questions where such a line stood."""

    pieces: Sequence[str | Sequence[Question]]
    templates: Templates = field(repr=False)

    def written(self, answers: Sequence[Answer], *, shown: bool) -> str:
        """The cell with assertions; ``shown``: for students, who learn no answer of a hashed line."""
        rest = iter(answers)
        lines: list[str] = []
        begun = False
        for piece in self.pieces:
            if isinstance(piece, str):
                lines.append(piece)
                continue
            if not begun and self.templates.setup:
                lines.append(self.templates.setup)
            begun = True
            for question in piece:
                answer = next(rest)
                if shown and question.hashed:
                    lines.append(f"# {question.snippet} is tested when you hand in.")
                else:
                    lines += self.templates.assertions(question, answer)
        if self.templates.success:
            lines.append(self.templates.success)
        return "\n".join(lines)

    @property
    def questions(self) -> list[Question]:
        return [question for piece in self.pieces if not isinstance(piece, str) for question in piece]


def _in_order(kind: str, test: str) -> str:
    """The expression of a test; a set as a whole is compared in order: as text it has another one in each process."""
    whole = _SLOT.fullmatch(test.strip())
    return f"sorted(map(repr, {test}))" if kind in _UNORDERED and whole else test


def filled(template: str, **values: str) -> str:
    """``{{ name }}`` replaced; a value is no template."""
    return _SLOT.sub(lambda match: values.get(match[1], match[0]), template)


def is_autotest(source: str, settings: Settings) -> bool:
    return any(_rest(line, settings) is not None for line in source.split("\n"))


def read_script(source: str, templates: Templates, settings: Settings) -> Script:
    """A cell's code and questions, in order."""
    hashed = settings.text("InstantiateTests.hashed_delimiter", "HASHED")
    delimiter = settings.text("InstantiateTests.autotest_delimiter", "AUTOTEST")
    pieces: list[str | list[Question]] = []
    for line in source.split("\n"):
        rest = _rest(line, settings)
        if rest is None:
            if pieces and isinstance(pieces[-1], str):
                pieces[-1] += "\n" + line
            else:
                pieces.append(line)
            continue
        hidden = hashed in line[: line.find(delimiter)]
        snippets = [part.strip() for part in rest.strip().strip(";").split(";")]
        pieces.append([templates.question(part, hashed=hidden) for part in snippets if part])
    return Script(pieces=pieces, templates=templates)


def read_templates(content: bytes | None, kernel: str) -> Templates:
    """The templates of a course for a kernel; the usual ones where it has no file.

    Raises:
        Refused: the file cannot be used, or would have to be run.
    """
    data: Any = _USUAL
    if content is not None:
        problems: list[Problem] = []
        document = parse_yaml(content.decode("utf-8", "replace"), file="autotests.yml", problems=problems)
        if document is None or problems:
            raise Refused(f"autotests.yml cannot be read: {problems[0]}" if problems else "autotests.yml is empty")
        kernels = document.data if isinstance(document.data, dict) else {}
        data = kernels.get(kernel) or kernels.get("python3") or kernels.get("python")
    if not isinstance(data, dict):
        raise Refused(f"autotests.yml says nothing about the kernel {kernel}")
    texts = {name: data.get(name) or "" for name in ("dispatch", "normalize", "check", "setup", "success")}
    rows = data.get("templates")
    if not all(isinstance(text, str) for text in texts.values()) or not isinstance(rows, dict):
        raise Refused("autotests.yml: `dispatch`, `normalize`, `check` and `templates` are texts and a mapping")
    if not (texts["dispatch"] and texts["normalize"] and texts["check"] and _whole(rows.get("default"))):
        raise Refused("autotests.yml lacks `dispatch`, `normalize`, `check` or `templates: default`")
    known = {str(name): each for name, each in rows.items() if _whole(each)}
    every = [*texts.values(), *(text for each in known.values() for row in each for text in row.values())]
    if any(_LOGIC.search(text) for text in every):
        raise Refused("autotests.yml has templates with logic; only {{ names }} are understood")
    return Templates(templates=known, **texts)


def _whole(rows: Any) -> bool:
    return isinstance(rows, list) and all(
        isinstance(row, dict) and isinstance(row.get("test"), str) and isinstance(row.get("fail"), str) for row in rows
    )


def _rest(line: str, settings: Settings) -> str | None:
    """What follows the delimiter in a comment; None for any other line."""
    delimiter = settings.text("InstantiateTests.autotest_delimiter", "AUTOTEST")
    if not line.strip().startswith("#") or delimiter not in line:
        return None
    return line[line.find(delimiter) + len(delimiter) :]
