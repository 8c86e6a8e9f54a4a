"""The schema of ``quizzes/<slug>.yaml``: the nine types of questions, and which keys each of them has."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from graders.source import Localized, NonEmpty, Slug, Strict

Type = Literal["single", "multiple", "number", "shape", "text", "formula", "order", "match", "code-output"]
Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_]*$", max_length=30)]
Number = int | float
#: A number, a shape, or text: an accepted word, a formula, an output, arithmetic over the parameters.
Answer = Number | NonEmpty | tuple[Number | NonEmpty, ...]

#: The keys of each type besides those that all questions have.
_KEYS: dict[str, frozenset[str]] = {
    "single": frozenset({"choices", "shuffle"}),
    "multiple": frozenset({"choices", "shuffle"}),
    "number": frozenset({"answer", "tolerance", "unit"}),
    "shape": frozenset({"answer"}),
    "text": frozenset({"answer", "case"}),
    "formula": frozenset({"answer", "variables", "domain"}),
    "order": frozenset({"items"}),
    "match": frozenset({"pairs", "extra"}),
    "code-output": frozenset({"code", "answer"}),
}
_OWN = frozenset().union(*_KEYS.values())


class ChoiceSchema(Strict):
    text: Localized
    correct: bool = False
    why: Localized | None = None


class PairSchema(Strict):
    text: Localized
    partner: Localized


class QuestionSchema(Strict):
    id: Slug
    type: Type
    text: Localized
    why: Localized | None = None
    hints: Annotated[tuple[Localized, ...], Field(max_length=5)] = ()
    #: Values of which each learner gets one: {kernel: [3, 5, 7]}. They stand in texts as ``{{kernel}}``.
    params: Annotated[
        dict[Name, Annotated[tuple[Number, ...], Field(min_length=1, max_length=12)]], Field(max_length=4)
    ] = {}
    attempts: Annotated[int, Field(ge=1, le=100)] | None = None
    penalty: Annotated[float, Field(ge=0, le=1)] | None = None
    points: Annotated[float, Field(gt=0, le=100)] = 1.0
    chapter: Slug | None = None  #: which chapter a question of placement.yaml stands for; only there

    choices: Annotated[tuple[ChoiceSchema, ...], Field(max_length=12)] = ()
    shuffle: bool = True  #: each reader gets the choices in an order of their own
    answer: Answer | None = None
    tolerance: Annotated[float, Field(ge=0)] = 0.0
    unit: str = ""
    case: bool = False  #: capital letters matter
    variables: Annotated[tuple[Name, ...], Field(max_length=8)] = ()
    domain: Literal["real", "positive"] = "real"  #: where the variables of a formula lie
    items: Annotated[tuple[Localized, ...], Field(max_length=10)] = ()  #: in the right order
    pairs: Annotated[tuple[PairSchema, ...], Field(max_length=10)] = ()
    extra: Annotated[tuple[Localized, ...], Field(max_length=6)] = ()  #: partners that belong to nothing
    code: NonEmpty | None = None

    @model_validator(mode="after")
    def _has_the_keys_of_its_type(self) -> Self:
        foreign = sorted((self.model_fields_set & _OWN) - _KEYS[self.type])
        if foreign:
            own = ", ".join(f"`{key}`" for key in sorted(_KEYS[self.type]))
            raise ValueError(f"a {self.type} question has no `{foreign[0]}`; it has {own}")
        wrong = self._wrong_key()
        if wrong:
            raise ValueError(f"a {self.type} question needs {wrong}")
        return self

    def _wrong_key(self) -> str:
        """What the key of this question lacks; empty if it is whole."""
        if self.type in ("single", "multiple"):
            right = sum(choice.correct for choice in self.choices)
            if len(self.choices) < 2 or right == 0 or (self.type == "single" and right > 1):
                wanted = "exactly one of them correct" if self.type == "single" else "at least one of them correct"
                return f"two choices or more, {wanted}; here {right} are"
        elif self.type == "number" and isinstance(self.answer, tuple | None):
            return "`answer`, a number or arithmetic over the parameters"
        elif self.type == "shape" and not isinstance(self.answer, tuple):
            return "`answer`, a list of whole numbers"
        elif self.type == "text" and not _is_text(self.answer):
            return "`answer`, a text or a list of texts that are accepted"
        elif self.type == "formula" and not (isinstance(self.answer, str) and self.variables):
            return "`answer`, a formula in quotes, and `variables`, the names in it"
        elif self.type == "code-output" and not (isinstance(self.answer, str) and self.code):
            return "`code`, and `answer`, what it prints, in quotes"
        elif self.type == "order" and len(self.items) < 2:
            return "`items`, two or more in the right order"
        elif self.type == "match" and len(self.pairs) < 2:
            return "`pairs`, two or more of text and partner"
        return ""


class QuizSchema(Strict):
    """quizzes/<slug>.yaml"""

    title: Localized
    attempts: Annotated[int, Field(ge=1, le=100)] | None = None  #: for each question; none: until mastered
    penalty: Annotated[float, Field(ge=0, le=1)] = 0.0  #: the share of a question's points that a wrong try costs
    questions: Annotated[tuple[QuestionSchema, ...], Field(min_length=1, max_length=50)]


def _is_text(answer: Answer | None) -> bool:
    if isinstance(answer, tuple):
        return bool(answer) and all(isinstance(part, str) for part in answer)
    return isinstance(answer, str)
