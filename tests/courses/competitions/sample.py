"""A course with one competition, as a folder; and scores as a grading machine reports them."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from graders.competition import TEST
from graders.report import Outcome, Provenance, Report, TestOutcome, TestResult

COURSE = "title: {en: Season}\nsummary: {en: A season.}\nlanguages: [en]\nlicence: CC0-1.0\npass_mark: 0.7\n"
CHAPTER = "---\ntitle: Start\nsummary: Start.\nminutes: 5\n---\nText.\n"
SPEC = """\
title: {en: Even or odd}
summary: {en: Say which numbers are odd.}
entry: predictions
metric: accuracy
table:
  id: row
  columns:
    odd: {kind: integer, min: 0, max: 1}
split: {public: 0.3, seed: 11}
digits: {public: 3, private: 5}
time_zone: Asia/Shanghai
phases:
  - {slug: main, title: {en: Main}, starts: 2027-03-01 08:00, ends: 2027-03-05 20:00, daily: 3, total: 10}
teams: {size: 3, merge_until: 2027-03-04 00:00}
final_entries: 2
baselines:
  - {slug: zeros, title: {en: All even}, file: zeros.csv}
"""
ROWS = 100
PAGES = ("overview", "rules", "data", "evaluation")


def labels(rows: int = ROWS) -> dict[str, int]:
    return {f"r{number}": (number * number // 7) % 2 for number in range(rows)}


def table(values: dict[str, Any], *, column: str = "odd") -> str:
    return f"row,{column}\n" + "".join(f"{name},{value}\n" for name, value in values.items())


def right(share_wrong: int = 0) -> str:
    """Labels with the first so many of them wrong."""
    found = labels()
    for name in list(found)[:share_wrong]:
        found[name] = 1 - found[name]
    return table(found)


def write_course(at: Path, *, spec: str = SPEC, slug: str = "season", contest: str = "even-odd") -> Path:
    """A course folder; what was there is replaced."""
    folder = at / slug
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "01-start").mkdir(parents=True)
    (folder / "course.yaml").write_text(COURSE)
    (folder / "01-start" / "chapter.en.md").write_text(CHAPTER)
    own = folder / "competitions" / contest
    for part in ("data", "hidden", "baselines"):
        (own / part).mkdir(parents=True)
    (own / "competition.yaml").write_text(spec)
    for page in PAGES:
        (own / f"{page}.en.md").write_text(f"The {page} of it.\n")
    (own / "hidden" / "labels.csv").write_text(table(labels()))
    (own / "data" / "test.csv").write_text("row,square\n" + "".join(f"r{n},{n * n}\n" for n in range(ROWS)))
    (own / "baselines" / "zeros.csv").write_text(table(dict.fromkeys(labels(), 0)))
    return folder


def report(*, public: float | None, private: float | None = None, **changes: Any) -> Report:
    """What a grading machine reports of an entry."""
    measures = {} if public is None else {"public": public, "private": public if private is None else private}
    outcome = TestOutcome.PASSED if measures else TestOutcome.FAILED
    test = TestResult(name=TEST, outcome=outcome, points=1.0, max_points=1.0, measures=measures)
    plain: dict[str, Any] = {"outcome": Outcome.GRADED, "score": 1.0, "max_score": 1.0, "tests": (test,)}
    return Report(**{**plain, "provenance": Provenance(isolation="namespaces"), **changes})
