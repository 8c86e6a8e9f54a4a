"""The schema of ``competition.yaml``: each key, its default and its bounds, in one place."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from graders.metrics import METRICS, unfit
from graders.problems import did_you_mean
from graders.schema import FileName, LimitsSchema, Needs, PredictionsSchema
from graders.source import Localized, Slug, Strict

MOMENT = "%Y-%m-%d %H:%M"


def _moment(text: str) -> str:
    try:
        datetime.strptime(text, MOMENT)  # its zone is the competition's
    except ValueError as error:
        raise ValueError(f"{text!r} is no moment; write one like 2027-03-01 08:00") from error
    return text


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f"{name!r} is no time zone; write one like Asia/Shanghai") from error
    return name


def _metric(name: str) -> str:
    if name not in METRICS:
        raise ValueError(f"{name!r} is no metric; expected {did_you_mean(name, METRICS)}")
    return name


Moment = Annotated[str, AfterValidator(_moment)]  #: in the competition's zone
PlainFile = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_][A-Za-z0-9_.-]*$", max_length=120)]


class Phase(Strict):
    """A stretch of time with limits of its own. Phases follow each other; between two of them nothing is taken."""

    slug: Slug
    title: Localized
    starts: Moment | None = None  #: only the first may lack it: open from its publication on
    ends: Moment | None = None  #: only the last may lack it: then each team ends for itself, and sees its private score
    daily: Annotated[int, Field(ge=1, le=1000)] = 5  #: entries of a team a day, from midnight to midnight
    total: Annotated[int, Field(ge=1, le=100_000)] = 100
    counts: bool = True  #: whether its entries may be final ones


class Scoring(Strict):
    """The author's own scoring, in place of a metric by name."""

    file: PlainFile = "score.py"
    name: Localized
    better: Literal["greater", "smaller"]
    feedback: dict[Slug, Localized] = {}  #: sentences that the file picks for an entry that breaks a rule


class Split(Strict):
    public: Annotated[float, Field(gt=0, lt=1)] = 0.3  #: the share of the rows that the public score is of
    seed: Annotated[int, Field(ge=0, lt=2**31)]  #: known to nobody but the author


class Digits(Strict):
    """Decimal places of scores: what is told of a public one, and from where on private ones are equal."""

    public: Annotated[int, Field(ge=0, le=6)] = 3
    private: Annotated[int, Field(ge=0, le=9)] = 5


class Teams(Strict):
    size: Annotated[int, Field(ge=1, le=50)] = 4
    merge_until: Moment | None = None  #: by default as long as entries are taken


class Baseline(Strict):
    slug: Slug
    title: Localized
    file: PlainFile  #: in baselines/


class CompetitionSchema(Strict):
    """competition.yaml"""

    title: Localized
    summary: Localized
    entry: Literal["predictions", "code"] = "predictions"
    metric: Annotated[str, AfterValidator(_metric)] | None = None
    scoring: Scoring | None = None
    table: PredictionsSchema | None = None  #: of entries that are predictions
    files: Annotated[tuple[FileName, ...], Field(min_length=1, max_length=10)] = ("submission.py",)  #: of code
    size_kb: Annotated[int, Field(ge=1, le=256)] = 64  #: of all files of an entry of code
    runtime: Literal["torch", "keras"] = "torch"
    needs: Needs = Needs()
    pool: Slug | None = None
    limits: LimitsSchema = LimitsSchema(seconds=30.0)
    split: Split | None = None  #: of entries that are predictions
    digits: Digits = Digits()
    step: Annotated[float, Field(ge=0)] = 0.0  #: by how much an entry must pass the team's best to be told its score
    time_zone: Annotated[str, AfterValidator(_zone)] | None = None  #: by default the cohort's, or the site's
    cohort: Slug | None = None  #: only its members may join
    phases: Annotated[tuple[Phase, ...], Field(min_length=1, max_length=12)]
    practice: bool = True  #: whether entries are taken after the end, which never count
    teams: Teams = Teams()
    final_entries: Annotated[int, Field(ge=1, le=10)] = 2
    ties: Literal["earlier", "shared"] = "earlier"
    baselines: Annotated[tuple[Baseline, ...], Field(max_length=20)] = ()

    @model_validator(mode="after")
    def _one_way_to_score(self) -> Self:
        if (self.metric is None) == (self.scoring is None):
            raise ValueError("either `metric` or `scoring` says how entries are scored; give one of them")
        if self.entry == "code":
            if self.metric is not None or self.table is not None or self.split is not None:
                raise ValueError(
                    "entries of code are scored by `scoring`; `metric`, `table` and `split` are for tables"
                )
        elif self.table is None or self.split is None:
            raise ValueError("entries that are predictions need `table` and `split`")
        elif self.metric is not None and (needed := unfit(self.metric, self.table)):
            raise ValueError(f"the metric {self.metric} needs {needed}")
        return self

    @model_validator(mode="after")
    def _phases_follow_each_other(self) -> Self:
        slugs = [phase.slug for phase in self.phases]
        if len(set(slugs)) < len(slugs):
            raise ValueError("two phases have the same slug")
        before = ""
        for number, phase in enumerate(self.phases):
            last = number == len(self.phases) - 1
            if (phase.starts is None and number > 0) or (phase.ends is None and not last):
                raise ValueError(f"the phase {phase.slug} needs `starts` and `ends`, as others come before or after it")
            if phase.starts is not None and phase.starts < before:
                raise ValueError(f"the phase {phase.slug} starts before the one above it ends")
            if phase.starts is not None and phase.ends is not None and phase.ends <= phase.starts:
                raise ValueError(f"the phase {phase.slug} ends before it starts")
            before = phase.ends or before
        if not any(phase.counts for phase in self.phases):
            raise ValueError("no phase has entries that count")
        return self

    @model_validator(mode="after")
    def _baselines_are_called_differently(self) -> Self:
        if len({baseline.slug for baseline in self.baselines}) < len(self.baselines):
            raise ValueError("two baselines have the same slug")
        return self
