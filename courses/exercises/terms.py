"""What an exercise of a release asks and promises, read from the specification that publishing has validated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from courses.catalog.models import Exercise


@dataclass(frozen=True, kw_only=True)
class TestTerms:
    """What may be told about one hidden test."""

    __test__ = False

    title: Mapping[str, str]
    hints: tuple[Mapping[str, str], ...]
    feedback: Mapping[str, Mapping[str, str]]
    reveal: str
    output: str

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> Self:
        return cls(
            title=data["title"],
            hints=tuple(data["hints"]),
            feedback=data["feedback"],
            reveal=data["reveal"],
            output=data["output"],
        )


@dataclass(frozen=True, kw_only=True)
class Terms:
    files: tuple[str, ...]
    points: float
    attempts: int | None  #: None: as many as the student likes
    counts: str  #: "best" or "last"
    supersede: bool
    tests: Mapping[str, TestTerms]

    @classmethod
    def of(cls, exercise: Exercise) -> Self:
        spec: Mapping[str, Any] = exercise.spec
        return cls(
            files=tuple(spec["files"]),
            points=exercise.points,
            attempts=spec["attempts"],
            counts=spec["counts"],
            supersede=spec["supersede"],
            tests={test["name"]: TestTerms.read(test) for test in spec["tests"]},
        )
