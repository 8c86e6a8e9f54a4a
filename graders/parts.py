"""The parts of an exercise, as its author declared them: tests, what a person grades, what differs without a GPU."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, Self

from graders.schema import CpuSchema, Limits, TestSchema


@dataclass(frozen=True, kw_only=True)
class TestSpec:
    """What ``exercise.yaml`` says of one hidden test."""

    __test__ = False

    name: str
    points: float
    title: Mapping[str, str]
    hints: tuple[Mapping[str, str], ...] = ()
    feedback: Mapping[str, Mapping[str, str]]
    reveal: Literal["title", "message", "input"] = "message"
    output: Literal["withheld", "shown"] = "withheld"
    seconds: float
    after: str | None = None  #: mode notebook: the cell after which it runs; None: at the end

    @classmethod
    def from_schema(cls, name: str, test: TestSchema, limits: Limits) -> Self:
        return cls(
            name=name,
            points=test.points,
            title=test.title,
            hints=(test.hint,) if test.hint else test.hints,
            feedback=test.feedback,
            reveal=test.reveal,
            output=test.output,
            seconds=limits.seconds / 2 if test.seconds is None else test.seconds,
            after=test.after,
        )


@dataclass(frozen=True, kw_only=True)
class ManualPart:
    """What ``exercise.yaml`` says of one part that a person grades."""

    name: str
    points: float
    title: Mapping[str, str]
    guide: Mapping[str, str]  #: what to look for, for those who grade it; empty: nothing is said
    cell: str | None = None  #: mode notebook: the cell of ``starter.ipynb`` where the answer stands

    @classmethod
    def from_schema(cls, name: str, part: TestSchema) -> Self:
        return cls(name=name, points=part.points, title=part.title, guide=part.guide or {}, cell=part.cell)


@dataclass(frozen=True, kw_only=True)
class CpuVariant:
    """What differs where there is no GPU. Each test keeps its share of the time."""

    limits: Limits
    sizes: Mapping[str, float]

    @classmethod
    def from_schema(cls, schema: CpuSchema, usual: Limits) -> Self:
        limits = usual if schema.limits is None else Limits(**schema.limits.model_dump())
        return cls(limits=limits, sizes=schema.sizes)
