"""A quiz file as questions that are ready to show and to judge.

A question with parameters becomes one question for each draw of them, all rendered and tried here: a learner meets
nothing that was not checked at publishing.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import math
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from courses.authoring.source.highlight import to_html
from courses.authoring.source.markdown import render_inline, render_question
from courses.authoring.source.memory import Part
from courses.authoring.source.page import Page
from courses.authoring.source.quiz_schema import QuestionSchema, QuizSchema
from courses.authoring.source.reading import Reading
from courses.authoring.source.tree import Quiz
from courses.quizzes.algebra import FormulaUnreadable, parse
from courses.quizzes.arithmetic import ArithmeticInvalid, Number, evaluate
from courses.quizzes.kinds import check, own_answer
from graders.problems import Document
from graders.source import Localized, validate

MAX_DRAWS = 64
_PLACES = 6  #: decimals that a learner may be asked to type
_PLACEHOLDER = re.compile(r"\{\{([^{}]+)\}\}")
_FORGOTTEN = re.compile(r"\{\{\s*[A-Za-z_]\w+\s*\}\}")
_MATH = re.compile(r"\$[^$]*\$|`[^`]*`")  #: where two braces are TeX's or Jinja's, and not ours
_NAME = re.compile(r"[A-Za-z_]\w*")


def read_quiz(reading: Reading, slug: str, file: str) -> Quiz | None:
    """The quiz of a chapter."""
    return _kept(reading.part(f"quiz {file}", [file]), slug, partial(_read_quiz, reading, slug, file))


def _kept(part: Part, slug: str, read: Callable[[], Quiz | None]) -> Quiz | None:
    """The quiz as it was kept, or else as it is read now."""
    if (known := part.recall()) is not None:
        return Quiz(slug=slug, title=known["title"], questions=known["questions"])
    with part.made():
        quiz = read()
    if quiz is not None:
        part.keep({"title": quiz.title, "questions": quiz.questions})
    return quiz


def _read_quiz(reading: Reading, slug: str, file: str) -> Quiz | None:
    found = _read(reading, file)
    if found is None:
        return None
    document, quiz = found
    for index, question in enumerate(quiz.questions):
        if question.chapter is not None:
            line = document.line("questions", index, "chapter")
            reading.add(file, line, f"the question `{question.id}` names a chapter", "that in placement.yaml only")
    return Quiz(slug=slug, title=quiz.title, questions=_questions(reading, document, quiz))


def read_placement(reading: Reading, file: str, chapters: Collection[str]) -> Quiz | None:
    """The questions that tell a newcomer where to begin, each with the chapter that it stands for."""
    part = reading.part(f"quiz {file}", [file], list(chapters))
    return _kept(part, "placement", partial(_read_placement, reading, file, chapters))


def _read_placement(reading: Reading, file: str, chapters: Collection[str]) -> Quiz | None:
    found = _read(reading, file)
    if found is None:
        return None
    document, quiz = found
    for index, question in enumerate(quiz.questions):
        if question.chapter not in chapters:
            line = document.line("questions", index, "chapter")
            wrong = f"there is no chapter `{question.chapter}`" if question.chapter else "no chapter is named"
            reading.add(file, line, f"question `{question.id}`: {wrong}", f"chapter: {next(iter(chapters))}, say")
    questions = _questions(reading, document, quiz)
    both = zip(questions, quiz.questions, strict=True)
    return Quiz(slug="placement", title=quiz.title, questions=[{**data, "chapter": q.chapter} for data, q in both])


def _read(reading: Reading, file: str) -> tuple[Document, QuizSchema] | None:
    document = reading.yaml(file)
    quiz = validate(QuizSchema, document, reading.problems) if document else None
    if quiz is None or document is None:
        return None
    reading.check_languages(document)
    return document, quiz


def _questions(reading: Reading, document: Document, quiz: QuizSchema) -> list[dict[str, Any]]:
    questions: list[dict[str, Any]] = []
    for index, question in enumerate(quiz.questions):
        line = document.line("questions", index)
        if question.id in [earlier["id"] for earlier in questions]:
            reading.add(document.file, line, f"the question `{question.id}` is there twice", "another id")
        before = len(reading.problems)
        questions.append(_drawn(reading, document, quiz, index))
        # The draws of one question share their mistakes.
        reading.problems[before:] = list(dict.fromkeys(reading.problems[before:]))
    return questions


def _drawn(reading: Reading, document: Document, quiz: QuizSchema, index: int) -> dict[str, Any]:
    """The question, with its draws under ``draws`` if it has parameters."""
    question = quiz.questions[index]
    common = {
        "id": question.id,
        "type": question.type,
        "attempts": question.attempts or quiz.attempts,
        "penalty": quiz.penalty if question.penalty is None else question.penalty,
        "points": question.points,
    }
    number = math.prod(len(values) for values in question.params.values())
    if number > MAX_DRAWS:
        line = document.line("questions", index, "params")
        reading.add(document.file, line, f"the parameters can be drawn in {number} ways", f"at most {MAX_DRAWS}")
        return common
    _check_params(reading, document, question, index)
    draws = []
    for values in itertools.product(*question.params.values()):
        draw = _Draw(reading, document, index, dict(zip(question.params, values, strict=True)))
        drawn = {**common, **draw.question(question)}
        draw.try_own_answer(drawn)
        draws.append(drawn)
    return {**common, "draws": draws} if question.params else draws[0]


def _check_params(reading: Reading, document: Document, question: QuestionSchema, index: int) -> None:
    """A parameter that nothing uses was meant for something, as in ``answer: 9`` for ``answer: kernel**2``."""
    given = document.data["questions"][index]
    rest = json.dumps({key: value for key, value in given.items() if key != "params"})
    used = set(_NAME.findall(rest))
    for name in question.params:
        if name not in used:
            line = document.line("questions", index, "params", name)
            reading.add(
                document.file, line, f"the parameter `{name}` is used nowhere", f"`{{{{{name}}}}}` in a text, say"
            )


@dataclass(frozen=True)
class _Draw:
    """One question with one draw of its parameters."""

    reading: Reading
    document: Document
    index: int
    values: Mapping[str, Number]

    def question(self, question: QuestionSchema) -> dict[str, Any]:
        return {
            "text": self._legends(question.text),
            "why": self._texts(question.why, "why"),
            "hints": [self._texts(hint, "hints", number) for number, hint in enumerate(question.hints)],
            **getattr(self, f"_{question.type.replace('-', '_')}")(question),
        }

    def try_own_answer(self, question: Mapping[str, Any]) -> None:
        """An answer that its own key refuses is a mistake of the author's."""
        try:
            if question["type"] == "formula":
                parse(question["answer"], variables=question["variables"])
            accepted = check(question, own_answer(question)).correct
        except (FormulaUnreadable, KeyError) as error:
            self._add(f"the key of `{question['id']}` cannot be read: {error}", "a formula in its variables", "answer")
            return
        if not accepted:
            message = f"the question `{question['id']}` refuses its own answer {own_answer(question)!r}"
            self._add(message, "a key that a learner can match")

    def _single(self, question: QuestionSchema) -> dict[str, Any]:
        identities = self._identities((choice.text for choice in question.choices), "choices")
        filled = [self._filled(next(iter(choice.text.values())), "choices") for choice in question.choices]
        if self.values and (same := [text for text in filled if filled.count(text) > 1]):
            drawn = ", ".join(f"{name} = {value}" for name, value in self.values.items())
            self._add(f"with {drawn} two choices are {same[0]!r}", "choices that differ with each draw", "choices")
        return {
            "shuffle": question.shuffle,
            "choices": [
                {
                    "id": identity,
                    "text": self._texts(choice.text, "choices", number, "text"),
                    "correct": choice.correct,
                    "why": self._texts(choice.why, "choices", number, "why"),
                }
                for number, (identity, choice) in enumerate(zip(identities, question.choices, strict=True))
            ],
        }

    _multiple = _single

    def _number(self, question: QuestionSchema) -> dict[str, Any]:
        answer = self._computed(question.answer, "answer")
        if not question.tolerance and not math.isclose(answer, round(answer, _PLACES), rel_tol=1e-12):
            message = f"the answer is {answer:.12g}, and without a tolerance nobody can type it in decimals"
            self._add(message, "`tolerance: 0.01`, say, and in the text how many decimals", "answer")
        return {"answer": answer, "tolerance": question.tolerance, "unit": question.unit}

    def _shape(self, question: QuestionSchema) -> dict[str, Any]:
        sizes = question.answer if isinstance(question.answer, tuple) else ()
        found = [self._computed(size, "answer") for size in sizes]
        if any(size != int(size) or size < 0 for size in found):
            self._add(f"{found} is no shape", "whole numbers from 0", "answer")
        return {"answer": [int(size) for size in found]}

    def _text(self, question: QuestionSchema) -> dict[str, Any]:
        answers = question.answer if isinstance(question.answer, tuple) else (question.answer,)
        return {"answer": [self._filled(str(answer), "answer") for answer in answers], "case": question.case}

    def _formula(self, question: QuestionSchema) -> dict[str, Any]:
        answer = self._filled(str(question.answer), "answer")
        return {"answer": answer, "variables": list(question.variables), "domain": question.domain}

    def _code_output(self, question: QuestionSchema) -> dict[str, Any]:
        code = self._filled(question.code or "", "code")
        return {
            "code": to_html(code, "python"),
            "source": code,
            "answer": self._filled(str(question.answer), "answer"),
        }

    def _order(self, question: QuestionSchema) -> dict[str, Any]:
        identities = self._identities(question.items, "items")
        texts = [self._texts(item, "items", number) for number, item in enumerate(question.items)]
        return {"items": [{"id": name, "text": text} for name, text in zip(identities, texts, strict=True)]}

    def _match(self, question: QuestionSchema) -> dict[str, Any]:
        names = self._identities((pair.text for pair in question.pairs), "pairs")
        partners: dict[str, dict[str, Any]] = {}
        items = []
        for number, (name, pair) in enumerate(zip(names, question.pairs, strict=True)):
            partner = _identity(pair.partner)
            partners[partner] = {"id": partner, "text": self._texts(pair.partner, "pairs", number, "partner")}
            items.append({"id": name, "text": self._texts(pair.text, "pairs", number, "text"), "partner": partner})
        for number, text in enumerate(question.extra):
            partners.setdefault(_identity(text), {"id": _identity(text), "text": self._texts(text, "extra", number)})
        return {"items": items, "partners": list(partners.values())}

    def _identities(self, texts: Iterable[Localized], key: str) -> list[str]:
        """Names made of the texts, so that an answer stays with its choice when an author reorders them."""
        found: list[str] = []
        for number, text in enumerate(texts):
            name = _identity(text)
            if name in found:
                self._add(f"two {key} have the same text", "each of them once", key, number)
            found.append(name)
        return found

    def _computed(self, answer: Any, *loc: str | int) -> Number:
        if not isinstance(answer, str):
            return answer or 0
        try:
            return evaluate(answer, self.values)
        except ArithmeticInvalid as error:
            self._add(str(error), "a number or arithmetic over the parameters", *loc)
            return 0

    def _texts(self, value: Localized | None, *loc: str | int) -> dict[str, str]:
        return {
            language: render_inline(self._filled(text, *loc, language), self._page(language, *loc))
            for language, text in (value or {}).items()
        }

    def _legends(self, value: Localized) -> dict[str, dict[str, str]]:
        return {
            language: render_question(self._filled(text, "text", language), self._page(language, "text"))
            for language, text in value.items()
        }

    def _filled(self, text: str, *loc: str | int) -> str:
        """The text with its ``{{…}}`` computed; a question without parameters keeps its braces, as TeX has them."""
        if not self.values:
            if meant := _FORGOTTEN.search(_MATH.sub("", text)):
                self._add(f"the question has no `params`, and {meant[0]} would be shown as it stands", "`params`", *loc)
            return text

        def value(match: re.Match[str]) -> str:
            number = self._computed(match[1], *loc)
            return str(int(number)) if number == int(number) else f"{number:.10g}"

        return _PLACEHOLDER.sub(value, text)

    def _page(self, language: str, *loc: str | int) -> Page:
        first_line = self.document.line("questions", self.index, *loc, language)
        return self.reading.page(self.document.file, language, first_line=first_line)

    def _add(self, message: str, expected: str, *loc: str | int) -> None:
        line = self.document.line("questions", self.index, *loc)
        self.reading.add(self.document.file, line, message, expected)


def _identity(text: Localized) -> str:
    return hashlib.sha256(next(iter(text.values())).encode()).hexdigest()[:8]
