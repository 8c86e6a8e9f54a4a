"""Entries in the real engine: metrics are scikit-learn's, authors score tables and code, and nothing is told."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import pytest
from sklearn import metrics  # type: ignore[import-untyped]  # it has no types
from torchmetrics.functional.text import sacre_bleu_score

from courses.authoring.source.folder import read_course
from courses.competitions.recording import Scores
from graders.bundle import pack
from graders.competition import scoring_files, split_rows
from graders.engine import Engine
from graders.examiner import competition, texts
from graders.exercise import Exercise
from graders.metrics import METRICS
from graders.report import Outcome, Report
from tests.courses.authoring.sample import Urls
from tests.courses.competitions.sample import SPEC, labels, right, table, write_course


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    opened = Engine(rung="namespaces")
    yield opened
    opened.close()


def exercise(at: Path, spec: str = SPEC, **files: str) -> tuple[Exercise, frozenset[str]]:
    """What publishing makes of a competition, and its public rows."""
    folder = write_course(at, spec=spec)
    for name, text in files.items():
        path = (
            folder / "competitions" / "even-odd" / name.replace("__", "/").replace("_csv", ".csv").replace("_py", ".py")
        )
        path.write_text(text)
    (found,) = read_course(folder, Urls()).competitions
    split = found.about.split
    public = split_rows(found.labels, share=split.public, seed=split.seed) if found.labels and split else ()
    files_of = scoring_files(
        found.about.model_dump(mode="json"), test=found.test, public=public, data=found.given, hidden=found.hidden
    )
    Exercise.unpack(pack(files_of), at / "scoring")
    return Exercise.load(at / "scoring"), frozenset(public)


def scores(report: Report) -> Scores:
    found = Scores.of(report)
    assert found is not None, report
    return found


def test_a_metric_is_that_of_scikit_learn_on_each_part(engine: Engine, tmp_path: Path) -> None:
    judged, public = exercise(tmp_path)
    report = engine.grade(judged, {"predictions.csv": right(17)})
    wanted = labels()
    given = {name: 1 - value if number < 17 else value for number, (name, value) in enumerate(wanted.items())}
    found = scores(report)
    for part, value in ((True, found.public), (False, found.private)):
        names = [name for name in wanted if (name in public) is part]
        assert value == metrics.accuracy_score([wanted[n] for n in names], [given[n] for n in names])
    assert report.provenance.cpu_seconds == 0  # nobody's code ran


@pytest.mark.parametrize(
    ("name", "columns", "function"),
    [
        ("log-loss", "{a: {kind: number}, b: {kind: number}, c: {kind: number}}", metrics.log_loss),
        ("roc-auc", "{a: {kind: number}, b: {kind: number}, c: {kind: number}}", metrics.roc_auc_score),
        ("rmse", "{kind: number}", metrics.root_mean_squared_error),
        ("kappa", "{kind: integer, min: 0, max: 2}", metrics.cohen_kappa_score),
    ],
)
def test_the_other_kinds_of_metrics_agree_too(
    engine: Engine, tmp_path: Path, name: str, columns: str, function: object
) -> None:
    drawn = np.random.default_rng(3)
    truth = drawn.integers(0, 3, 100) if name != "rmse" else drawn.normal(size=100)
    probabilities = "a:" in columns
    kind = "{k: {kind: integer, min: 0, max: 2}}" if probabilities else f"{{k: {columns}}}"
    given = columns if probabilities else kind
    spec = SPEC.replace("metric: accuracy", f"metric: {name}").replace(
        "columns:\n    odd: {kind: integer, min: 0, max: 1}", f"columns: {given}\n  labels: {{columns: {kind}}}"
    )
    ids = list(labels())
    answer = drawn.uniform(1, 2, size=(100, 3)) if probabilities else (truth + drawn.integers(0, 2, 100)) % 3
    head = "row,a,b,c\n" if probabilities else "row,k\n"
    rows = head + "".join(
        f"{n},{','.join(map(repr, np.atleast_1d(v).tolist()))}\n" for n, v in zip(ids, answer, strict=True)
    )
    judged, public = exercise(
        tmp_path, spec, hidden__labels_csv=table(dict(zip(ids, truth.tolist(), strict=True)), column="k"),
        baselines__zeros_csv=rows,
    )  # fmt: skip
    found = scores(engine.grade(judged, {"predictions.csv": rows}))
    chosen = np.array([n in public for n in ids])
    for part, value in ((chosen, found.public), (~chosen, found.private)):
        mine = answer[part] / answer[part].sum(axis=1, keepdims=True) if probabilities else answer[part]
        more = {"multi_class": "ovr"} if name == "roc-auc" else {}
        assert value == pytest.approx(function(truth[part], mine, **more))  # type: ignore[operator]


def test_every_metric_has_its_function() -> None:
    assert set(METRICS) == {*competition.SCORERS, *texts.SCORERS}


@pytest.mark.parametrize(("name", "tokens"), [("bleu", "13a"), ("bleu-zh", "zh")])
def test_texts_are_compared_by_bleu_over_all_rows_of_a_part(
    engine: Engine, tmp_path: Path, name: str, tokens: str
) -> None:
    spec = SPEC.replace("metric: accuracy", f"metric: {name}").replace(
        "{kind: integer, min: 0, max: 1}", "{kind: text}"
    )
    wanted = {row: f"the {number} small cats 坐在第{number}张 mat" for number, row in enumerate(labels())}
    given = {
        row: text.replace("small ", "" if number % 3 else "small ") for number, (row, text) in enumerate(wanted.items())
    }
    judged, public = exercise(tmp_path, spec, hidden__labels_csv=table(wanted), baselines__zeros_csv=table(given))
    found = scores(engine.grade(judged, {"predictions.csv": table(given)}))
    for part, value in ((True, found.public), (False, found.private)):
        rows = [row for row in wanted if (row in public) is part]
        expected = sacre_bleu_score([given[row] for row in rows], [[wanted[row]] for row in rows], tokenize=tokens)  # type: ignore[arg-type]  # one of its literals
        assert 0.3 < value < 1 and value == pytest.approx(float(expected))


def test_an_author_scores_tables_by_a_file_and_a_broken_one_costs_nobody(engine: Engine, tmp_path: Path) -> None:
    spec = SPEC.replace("metric: accuracy", "scoring: {name: {en: Hits}, better: greater}")
    own = "def score(predictions, labels):\n    return float((predictions['odd'] == labels['odd']).sum())\n"
    judged, public = exercise(tmp_path, spec, score_py=own)
    found = scores(engine.grade(judged, {"predictions.csv": right()}))
    assert (found.public, found.private) == (len(public), 100 - len(public))
    broken, _public = exercise(
        tmp_path / "broken", spec, score_py="def score(predictions, labels):\n    return 1 / 0\n"
    )
    report = engine.grade(broken, {"predictions.csv": right()})
    assert Scores.of(report) is None
    shown = json.dumps([report.message, report.output, [test.message for test in report.tests]])
    assert "ZeroDivision" not in shown


CODE = """\
title: {en: Sums}
summary: {en: Add.}
entry: code
scoring:
  name: {en: Right sums}
  better: greater
  feedback: {slow: {en: "It took {seconds} seconds."}}
limits: {seconds: 20}
phases: [{slug: main, title: {en: Main}}]
"""
ADDING = """
def score(student, fresh_student):
    pairs = [(1, 2), (3, 4), (5, 6), (7, 8)]
    right = [student.add(a, b) == a + b for a, b in pairs]
    assert fresh_student().add(0, 0) == 0
    return {"public": sum(right[:2]) / 2, "private": sum(right[2:]) / 2, "calls": 5}
"""


def test_code_runs_in_the_sandbox_and_is_scored_by_the_authors_file(engine: Engine, tmp_path: Path) -> None:
    judged, _public = exercise(tmp_path, CODE, score_py=ADDING)
    clever = "print('pairs')\ndef add(a, b):\n    return a + b if a < 6 else 0\n"
    report = engine.grade(judged, {"submission.py": clever})
    found = scores(report)
    assert (found.public, found.private, found.measures) == (1.0, 0.5, {"calls": 5.0})
    failed = engine.grade(judged, {"submission.py": "def add(a, b):\n    raise ValueError(a)\n"})
    assert Scores.of(failed) is None
    assert failed.outcome is Outcome.GRADED
    assert any("ValueError" in str(finding.values) for finding in failed.tests[0].findings)


BUNDLED = Path("content/large-models/competitions/small-language-model")


def test_the_bundled_language_model_counts_what_crosses_the_border(engine: Engine, tmp_path: Path) -> None:
    folder = write_course(tmp_path)
    own = folder / "competitions" / "even-odd"
    files: Mapping[str, bytes] = {
        str(p.relative_to(BUNDLED)): p.read_bytes() for p in BUNDLED.rglob("*") if p.is_file()
    }
    for name, content in files.items():
        (own / name).parent.mkdir(exist_ok=True)
        (own / name).write_bytes(content)
    (folder / "course.yaml").write_text(
        (folder / "course.yaml")
        .read_text()
        .replace("[en]", "[en, zh-hans]")
        .replace("season.", "season., zh-hans: 赛")
        .replace("Season", "Season, zh-hans: 赛")
    )
    (folder / "01-start" / "chapter.zh-hans.md").write_text((folder / "01-start" / "chapter.en.md").read_text())
    for part in ("data/test.csv", "hidden/labels.csv", "baselines/zeros.csv"):
        (own / part).unlink()
    (found,) = read_course(folder, Urls()).competitions
    packed = scoring_files(
        found.about.model_dump(mode="json"), test=found.test, public=(), data=found.given, hidden=found.hidden
    )
    Exercise.unpack(pack(packed), tmp_path / "scoring")
    judged = Exercise.load(tmp_path / "scoring")
    pairs = (BUNDLED / "baselines" / "pairs.py").read_text()
    report = engine.grade(judged, {"submission.py": pairs})
    result = scores(report)
    assert 3.0 < result.public < 4.0 and 3.0 < result.private < 4.0
    assert result.measures["numbers"] == 61 * 61
    large = pairs.replace('return {"log"', 'return {"more": torch.zeros(50_000), "log"')
    told = engine.grade(judged, {"submission.py": large})
    assert Scores.of(told) is None
    assert [finding.key for finding in told.tests[0].findings][:1] == ["author.too-many"]


def test_the_split_of_a_table_is_told_nobody(engine: Engine, tmp_path: Path) -> None:
    judged, public = exercise(tmp_path)
    names = list(labels())
    random.Random(1).shuffle(names)
    report = engine.grade(judged, {"predictions.csv": table(dict.fromkeys(names, 0)).replace("r7,0", "r7,x")})
    assert not {name for name in public if name != "r7" and f"{name}," in json.dumps(report.to_dict())}
