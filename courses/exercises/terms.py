"""What an exercise of a release asks and promises, read from the specification that publishing has validated."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from courses.catalog.models import Exercise
from graders.schema import PredictionsSchema


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
class ManualTerms:
    """One part that a person grades. ``guide`` is for those who grade, and for nobody else."""

    name: str
    points: float
    title: Mapping[str, str]
    guide: Mapping[str, str]
    cell: str | None  #: of a notebook: where the answer stands


@dataclass(frozen=True, kw_only=True)
class Terms:
    mode: str  #: "module", "notebook" or "predictions"
    files: tuple[str, ...]
    points: float
    attempts: int | None  #: None: as many as the student likes
    counts: str  #: "best" or "last"
    supersede: bool
    predictions: PredictionsSchema | None  #: the table that is asked for
    tests: Mapping[str, TestTerms]
    manual: Mapping[str, ManualTerms]  #: what a person grades; empty: nothing

    @property
    def manual_points(self) -> float:
        return sum(part.points for part in self.manual.values())

    @classmethod
    def of(cls, exercise: Exercise) -> Self:
        spec: Mapping[str, Any] = exercise.spec
        table = spec.get("predictions")  # releases from before it was there have none
        return cls(
            mode=spec["mode"],
            files=tuple(spec["files"]),
            points=exercise.points,
            attempts=spec["attempts"],
            counts=spec["counts"],
            supersede=spec["supersede"],
            predictions=PredictionsSchema.model_validate_json(json.dumps(table)) if table else None,
            tests={test["name"]: TestTerms.read(test) for test in spec["tests"]},
            manual={part["name"]: ManualTerms(**part) for part in spec.get("manual", ())},  # as with predictions
        )
