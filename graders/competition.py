"""The scoring of a competition as an exercise, so that the engine, its sandbox and its queue score entries as they are.

An entry is scored by one hidden test that measures two numbers, ``public`` and ``private``. Which rows are public lies
in a hidden file of the bundle; the split is made here, on the web, once: deterministic in a seed that only the author
knows, and as even over the classes as whole rows allow.
"""

from __future__ import annotations

import ast
import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from graders.bundle import HIDDEN, SPEC
from graders.metrics import METRICS
from graders.table import Table

PUBLIC_ROWS = "public-rows.txt"  #: in hidden/: the ids of the public part, a line each
TEST = "test_score"
PARTS = ("public", "private")
MAX_CLASSES = 100
BINS = 10

_BY_METRIC = """from graders.examiner.{module} import score_by_metric


def test_score(predictions, labels):
    score_by_metric({metric!r}, predictions, labels, where=__file__)
"""
_OF_TABLES = """

from graders.examiner.competition import score_tables as _score_tables


def test_score(predictions, labels):
    _score_tables(score, predictions, labels, where=__file__)
"""
_OF_CODE = """

from graders.examiner.competition import score_code as _score_code


def test_score(student, request):
    _score_code(score, student, request)
"""
#: What an author's function may take, by what entries are. ``fresh_student()`` is another one, in place of the first.
PARAMETERS: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "predictions": (("predictions", "labels"),),
    "code": (("student",), ("student", "fresh_student")),
}


def split_rows(labels: Table, *, share: float, seed: int, kept: Mapping[str, bool] | None = None) -> tuple[str, ...]:
    """The ids of the public part, in the order of the table.

    Args:
        share: of the rows that are public, more than 0 and less than 1.
        kept: ids whose part was settled before, and whether it is the public one: a corrected label moves no row.
    """
    kept = {} if kept is None else kept
    strata: dict[str, list[str]] = {}
    for name, stratum in zip(labels.ids, _strata(labels), strict=True):
        if name not in kept:
            strata.setdefault(stratum, []).append(name)
    quota = {stratum: share * len(names) for stratum, names in strata.items()}
    whole = {stratum: int(wanted) for stratum, wanted in quota.items()}
    left = round(sum(quota.values())) - sum(whole.values())
    for stratum in sorted(quota, key=lambda each: (whole[each] - quota[each], each))[:left]:
        whole[stratum] += 1
    chosen = {name for name, public in kept.items() if public}
    for stratum, names in strata.items():
        drawn = sorted(names, key=lambda name: hashlib.sha256(f"{seed}\n{name}".encode()).digest())
        chosen |= set(drawn[: whole[stratum]])
    return tuple(name for name in labels.ids if name in chosen)


def _strata(labels: Table) -> list[str]:
    """The stratum of each row: its class, or the tenth of the numbers that it lies in; one where neither is clear."""
    if len(labels.columns) != 1:
        return [""] * len(labels.ids)
    values = next(iter(labels.columns.values()))
    if len(set(values)) <= MAX_CLASSES:
        return [str(value) for value in values]
    if not all(isinstance(value, int | float) for value in values):
        return [""] * len(labels.ids)
    order = sorted(range(len(values)), key=lambda place: (values[place], labels.ids[place]))
    strata = [""] * len(values)
    for rank, place in enumerate(order):
        strata[place] = f"{rank * BINS // len(order):03}"
    return strata


def scoring_test(*, entry: str, metric: str | None, own: str) -> str:
    """The hidden test of an entry: by a metric of ours, or by the author's file, whose lines keep their numbers."""
    if metric is not None:
        module = "texts" if METRICS[metric].compares == "texts" else "competition"
        return _BY_METRIC.format(module=module, metric=metric)
    tail = _OF_TABLES if entry == "predictions" else _OF_CODE
    return own.rstrip("\n") + "\n" + tail


def parameters_of(own: str) -> tuple[str, ...] | None:
    """What the author's function ``score`` takes, read without running it; None: there is none."""
    try:
        tree = ast.parse(own)
    except (SyntaxError, ValueError, RecursionError, MemoryError):  # told where the file is checked
        return None
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name == "score":
            return tuple(argument.arg for argument in node.args.args)
    return None


def scoring_files(
    spec: Mapping[str, Any], *, test: str, public: Sequence[str], data: Mapping[str, bytes], hidden: Mapping[str, bytes]
) -> dict[str, bytes]:
    """The files of the exercise that scores entries, by name, as ``graders.bundle.pack`` takes them.

    Args:
        spec: of the competition: ``entry``, ``scoring``, ``table``, ``files``, ``runtime``, ``needs``, ``limits``.
        data: the files that entries of code may read, by name; ``hidden``: those that only scoring may.
    """
    feedback = (spec["scoring"] or {}).get("feedback", {})
    limits = {name: value for name, value in spec["limits"].items() if value is not None}
    about: dict[str, Any] = {
        "title": {"en": "Score"},
        "points": 1,
        "mode": "predictions" if spec["entry"] == "predictions" else "module",
        "runtime": spec["runtime"],
        "needs": spec["needs"],
        "limits": limits,
        "tests": {
            TEST: {"points": 1, "title": {"en": "Score"}, "seconds": limits["seconds"], "feedback": feedback},
        },
    }
    if spec["entry"] == "predictions":
        about["predictions"] = _without_none(spec["table"])
    else:
        about["files"] = list(spec["files"])
    files = {SPEC: json.dumps(about, indent=1).encode(), HIDDEN: test.encode()}
    files |= {f"data/{name}": content for name, content in data.items()} if spec["entry"] == "code" else {}
    files |= {f"hidden/{name}": content for name, content in hidden.items()}
    if public:
        files[f"hidden/{PUBLIC_ROWS}"] = "\n".join(public).encode()
    return files


def _without_none(data: Any) -> Any:
    if isinstance(data, Mapping):
        return {key: _without_none(value) for key, value in data.items() if value is not None}
    return [_without_none(value) for value in data] if isinstance(data, list | tuple) else data
