"""How entries of a competition are scored in the examiner: metrics of scikit-learn, or a function of the author's.

Whatever a scorer finds is measured, never told: the test passes, its points are the same for everybody, and only the
platform, which knows the rules of the board, makes something public of it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from inspect import signature
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn import metrics  # type: ignore[import-untyped]  # it has no types

from graders.competition import PARTS, PUBLIC_ROWS
from graders.examiner.context import author_mistake, measure
from graders.examiner.predictions import Columns

Scorer = Callable[[Columns, Columns], float]

MAX_MEASURES = 16


def _one(table: Columns) -> np.ndarray:
    """The only column of a table; texts and choices as NumPy's own texts, which scikit-learn demands."""
    (values,) = (table[name] for name in table.arrays)
    return values.astype(str) if values.dtype == object else values


def _probabilities(predictions: Columns, labels: Columns) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Labels, their classes, and for each row the probability of each class: (N,), (C,), (N, C).

    Rows are divided by their sum, as the page of each such competition says: shares of a hundred are right, too.
    """
    if len(predictions.arrays) == 1:
        positive = np.clip(_one(predictions).astype(float), 0.0, 1.0)
        return _one(labels), np.array([0, 1]), np.stack([1 - positive, positive], axis=1)
    given = np.clip(predictions.matrix().astype(float), 0.0, None)
    total = given.sum(axis=1, keepdims=True)
    shares = np.where(total > 0, given / np.where(total > 0, total, 1.0), 1.0 / given.shape[1])
    wanted = _one(labels)
    kind = np.int64 if np.issubdtype(wanted.dtype, np.integer) else str
    return wanted, np.array(labels.classes, dtype=kind), shares


def _roc_auc(predictions: Columns, labels: Columns) -> float:
    if len(predictions.arrays) == 1:  # ranks, not probabilities: any numbers will do
        return float(metrics.roc_auc_score(_one(labels), _one(predictions)))
    wanted, classes, shares = _probabilities(predictions, labels)
    return float(metrics.roc_auc_score(wanted, shares, multi_class="ovr", labels=classes))


def _log_loss(predictions: Columns, labels: Columns) -> float:
    wanted, classes, shares = _probabilities(predictions, labels)
    order = np.argsort(classes)  # scikit-learn takes the columns in the order of the sorted classes
    return float(metrics.log_loss(wanted, shares[:, order], labels=classes[order]))


def _of_columns(function: Callable[..., float], **options: Any) -> Scorer:
    def scorer(predictions: Columns, labels: Columns) -> float:
        return float(function(_one(labels), _one(predictions), **options))

    return scorer


SCORERS: Mapping[str, Scorer] = {
    "accuracy": _of_columns(metrics.accuracy_score),
    "balanced-accuracy": lambda predictions, labels: _balanced(_one(labels), _one(predictions)),
    "f1": _of_columns(metrics.f1_score, zero_division=0),
    "f1-macro": _of_columns(metrics.f1_score, average="macro", zero_division=0),
    "f1-weighted": _of_columns(metrics.f1_score, average="weighted", zero_division=0),
    "kappa": _of_columns(metrics.cohen_kappa_score),
    "matthews": _of_columns(metrics.matthews_corrcoef),
    "roc-auc": _roc_auc,
    "log-loss": _log_loss,
    "perplexity": lambda predictions, labels: math.exp(_log_loss(predictions, labels)),
    "rmse": _of_columns(metrics.root_mean_squared_error),
    "mae": _of_columns(metrics.mean_absolute_error),
    "r2": _of_columns(metrics.r2_score),
}


def _balanced(wanted: np.ndarray, given: np.ndarray) -> float:
    """The mean recall of the classes that there are; ``balanced_accuracy_score`` warns of classes that are not."""
    return float(metrics.recall_score(wanted, given, labels=np.unique(wanted), average="macro", zero_division=0))


def score_by_metric(name: str, predictions: Columns, labels: Columns, *, where: str) -> None:
    """Measure both parts by a metric of ours."""
    score_tables(SCORERS[name], predictions, labels, where=where)


def score_tables(scorer: Scorer, predictions: Columns, labels: Columns, *, where: str) -> None:
    """Measure both parts of a table. ``where`` is the test's file, beside which the split lies."""
    lines = (Path(where).parent / "hidden" / PUBLIC_ROWS).read_text(encoding="utf-8").split("\n")
    chosen = frozenset(lines)
    public = np.array([name in chosen for name in labels.ids])
    for part, rows in zip(PARTS, (public, ~public), strict=True):
        _measure(part, scorer(predictions.where(rows), labels.where(rows)))


def score_code(scorer: Callable[..., Mapping[str, float]], student: Any, request: pytest.FixtureRequest) -> None:
    """Measure both parts of an entry of code, and what else the author's function tells, such as seconds or size.

    A function that takes a second argument gets a way to a fresh student, who then takes the place of the first.
    """
    more = [lambda: request.getfixturevalue("fresh_student")] if len(signature(scorer).parameters) > 1 else []
    found = scorer(student, *more)
    if not isinstance(found, Mapping) or not set(PARTS) <= found.keys() or len(found) > MAX_MEASURES:
        raise author_mistake(f"score() must return a mapping with {' and '.join(PARTS)}, not {found!r}")
    for name, value in found.items():
        _measure(str(name), value)


def _measure(name: str, value: float) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float | np.number) or not math.isfinite(float(value)):
        raise author_mistake(f"the score {name!r} is {value!r}, which is no finite number")
    measure(name, float(value))
