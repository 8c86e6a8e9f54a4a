"""The schema of ``exercise.yaml``: each key, its default and its bounds, in one place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from graders.source import Localized, NonEmpty, Slug, Strict

Positive = Annotated[float, Field(gt=0)]
FileName = Annotated[
    str, StringConstraints(pattern=r"^[A-Za-z0-9_][A-Za-z0-9_.-]*(/[A-Za-z0-9_][A-Za-z0-9_.-]*){0,4}$", max_length=120)
]
DottedName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z_]\w*(\.[A-Za-z_]\w*)*$", max_length=200)]

#: Of a test: its function's. Of a part that a person grades: any, such as that of a notebook's cell.
PartName = Annotated[str, StringConstraints(pattern=r"^\w[\w-]*$", max_length=120)]
CellId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,64}$")]  #: as nbformat 4.5 has it
ColumnName = Annotated[str, StringConstraints(pattern=r"^[^,;\t\r\n\"\x00]{1,100}$")]

#: The ending of what a student hands in, by mode.
SUFFIXES = {"module": ".py", "notebook": ".ipynb", "predictions": ".csv"}
DEFAULT_FILES = {
    "module": ("submission.py",),
    "notebook": ("submission.ipynb",),
    "predictions": ("predictions.csv",),
}


#: The largest file that a student may hand in, in bytes, by mode.
MAX_ANSWER = {"module": 256 * 1024, "notebook": 10 * 1024 * 1024, "predictions": 10 * 1024 * 1024}


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What one submission may use. Each has a ceiling, which stands in ``LimitsSchema``."""

    load_seconds: float = 20.0  #: until the submission is imported
    seconds: float = 10.0  #: all tests together, by the wall clock
    cpu_seconds: float = None  # type: ignore[assignment]  # None becomes a number in __post_init__
    threads: int = 1
    memory_mb: int = 2048
    processes: int = 96
    disk_mb: int = 64
    output_kb: int = 64
    reply_mb: int = 16
    cell_seconds: float = None  # type: ignore[assignment]  # of a notebook, each; half of load_seconds by default

    def __post_init__(self) -> None:
        if self.cpu_seconds is None:
            object.__setattr__(self, "cpu_seconds", 1.5 * (self.load_seconds + self.seconds))
        if self.cell_seconds is None:
            object.__setattr__(self, "cell_seconds", self.load_seconds / 2)


class LimitsSchema(Strict):
    load_seconds: Annotated[float, Field(gt=0, le=3600)] = 20.0  #: of a notebook: all of its cells together
    cell_seconds: Annotated[float, Field(gt=0, le=3600)] | None = None
    seconds: Annotated[float, Field(gt=0, le=3600)] = 10.0
    cpu_seconds: Annotated[float, Field(gt=0, le=20_000)] | None = None
    threads: Annotated[int, Field(ge=1, le=16)] = 1
    memory_mb: Annotated[int, Field(ge=256, le=65_536)] = 2048
    processes: Annotated[int, Field(ge=1, le=1024)] = 96
    disk_mb: Annotated[int, Field(ge=1, le=4096)] = 64
    output_kb: Annotated[int, Field(ge=1, le=1024)] = 64
    reply_mb: Annotated[int, Field(ge=1, le=256)] = 16


#: What a test reads of how large things are to be, such as ``{width: 384, steps: 2000}``.
Sizes = Annotated[
    dict[Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")], int | float],
    Field(max_length=50),
]


class CpuSchema(Strict):
    """What differs where there is no GPU."""

    limits: LimitsSchema | None = None  #: by default the exercise's
    sizes: Sizes = {}  #: in the place of those of the same name


class Needs(Strict):
    """What a worker must have to take the exercise."""

    device: Literal["cpu", "cuda"] = "cpu"
    memory_mb: Annotated[int, Field(ge=0, le=1_000_000)] = 0  #: of the device


class TestSchema(Strict):
    __test__ = False

    points: Annotated[float, Field(ge=0, le=10_000)]
    title: Localized
    hint: Localized | None = None  #: short for ``hints`` with one entry
    hints: tuple[Localized, ...] = ()  #: opened one by one
    feedback: dict[Slug, Localized] = {}  #: sentences that a test picks for a mistake it recognises
    reveal: Literal["title", "message", "input"] = "message"
    output: Literal["withheld", "shown"] = "withheld"
    seconds: Positive | None = None
    after: CellId | None = None  #: mode notebook: the cell of starter.ipynb after which it runs; by default at the end
    manual: bool = False  #: no test, but a part that a person grades; then ``guide`` and ``cell`` may be given
    guide: Localized | None = None  #: of a manual part: what to look for, for those who grade it alone
    cell: CellId | None = None  #: of a manual part, mode notebook: the cell of starter.ipynb where the answer stands

    @model_validator(mode="after")
    def _one_way_to_hint(self) -> Self:
        if self.hint and self.hints:
            raise ValueError("both `hint` and `hints` are given; keep one of them")
        return self

    @model_validator(mode="after")
    def _a_test_or_a_part_for_a_person(self) -> Self:
        of_tests = ("hint", "hints", "feedback", "reveal", "output", "seconds", "after")
        wrong = [name for name in (of_tests if self.manual else ("guide", "cell")) if name in self.model_fields_set]
        if wrong:
            where = "a test; this part has `manual: true`" if self.manual else "a part with `manual: true`"
            raise ValueError(f"`{wrong[0]}` is a key of {where}")
        return self


class Column(Strict):
    """What a column of a table holds."""

    kind: Literal["integer", "number", "text", "choice"]
    min: float | None = None
    max: float | None = None
    of: tuple[NonEmpty, ...] = ()  #: of kind ``choice``
    max_length: Annotated[int, Field(ge=1, le=10_000)] = 1000  #: of kind ``text``

    @model_validator(mode="after")
    def _fits_its_kind(self) -> Self:
        if (self.kind == "choice") != bool(self.of):
            raise ValueError("`of` lists the values of a column of kind choice, and of no other")
        if self.kind in ("text", "choice") and (self.min, self.max) != (None, None):
            raise ValueError("`min` and `max` are for columns of kind integer or number")
        return self


Columns = Annotated[dict[ColumnName, Column], Field(min_length=1, max_length=100)]


class LabelsSchema(Strict):
    file: Annotated[str, StringConstraints(pattern=r"^[^/\\\x00]{1,200}$")] = "labels.csv"  #: in hidden/
    columns: Columns | None = None  #: by default those of the predictions


class PredictionsSchema(Strict):
    """The table that a student hands in, and the labels it is judged by."""

    id: ColumnName  #: the column that says which row is whose, in both tables
    columns: Columns
    labels: LabelsSchema = LabelsSchema()

    @model_validator(mode="after")
    def _id_stands_alone(self) -> Self:
        if self.id in self.columns or self.id in (self.labels.columns or {}):
            raise ValueError(f"`id` names {self.id}, which is one of the columns too")
        return self


class ExerciseSchema(Strict):
    title: Localized
    points: Annotated[float, Field(gt=0, le=10_000)]
    mode: Literal["module", "notebook", "predictions"] = "module"
    files: Annotated[tuple[FileName, ...], Field(min_length=1, max_length=20)] | None = None
    runtime: Literal["torch", "keras"] = "torch"
    needs: Needs = Needs()
    pool: Slug | None = None
    limits: LimitsSchema = LimitsSchema()
    sizes: Sizes = {}  #: for the tests' fixture of that name
    cpu: CpuSchema | None = None  #: of an exercise that needs a GPU: how it is graded where there is none
    attempts: Annotated[int, Field(ge=1, le=10_000)] | None = None
    counts: Literal["best", "last"] = "best"
    supersede: bool = False  #: a newer submission takes the place of the student's older queued one
    solution: Annotated[str, StringConstraints(pattern=r"^(never|passed|due|attempts:[1-9][0-9]{0,3})$")] = "passed"
    forbid: Annotated[tuple[DottedName, ...], Field(max_length=100)] = ()
    prerequisites: tuple[Slug, ...] = ()
    predictions: PredictionsSchema | None = None  #: of mode ``predictions``
    tests: Annotated[dict[PartName, TestSchema], Field(min_length=1, max_length=200)]
