"""The metrics that a competition may name: which way is better, and what tables each can compare.

Their computing stands in ``graders.examiner.competition``, which imports scikit-learn, and for texts in
``graders.examiner.texts``, which imports torchmetrics; the web floor, which has neither, reads only this table.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from graders.schema import Columns, PredictionsSchema

Better = Literal["greater", "smaller"]
Compares = Literal["classes", "positives", "numbers", "probabilities", "texts"]


@dataclass(frozen=True, kw_only=True)
class Metric:
    """One metric by name."""

    better: Better
    compares: Compares


METRICS = {
    "accuracy": Metric(better="greater", compares="classes"),
    "balanced-accuracy": Metric(better="greater", compares="classes"),
    "f1": Metric(better="greater", compares="positives"),
    "f1-macro": Metric(better="greater", compares="classes"),
    "f1-weighted": Metric(better="greater", compares="classes"),
    "kappa": Metric(better="greater", compares="classes"),
    "matthews": Metric(better="greater", compares="classes"),
    "roc-auc": Metric(better="greater", compares="probabilities"),
    "log-loss": Metric(better="smaller", compares="probabilities"),
    "perplexity": Metric(better="smaller", compares="probabilities"),
    "rmse": Metric(better="smaller", compares="numbers"),
    "mae": Metric(better="smaller", compares="numbers"),
    "r2": Metric(better="greater", compares="numbers"),
    "bleu": Metric(better="greater", compares="texts"),
    "bleu-zh": Metric(better="greater", compares="texts"),
}


def unfit(name: str, table: PredictionsSchema) -> str:
    """What the tables would need so that this metric can compare them; empty: they fit."""
    given, labels = table.columns, table.labels.columns or table.columns
    if len(labels) != 1:
        return "one column of labels"
    kind = next(iter(labels.values())).kind
    match METRICS[name].compares:
        case "classes":
            fits = list(given) == list(labels) and kind in ("integer", "choice", "text")
            return "" if fits else "one column of kind integer, choice or text, the same in both tables"
        case "positives":
            fits = list(given) == list(labels) and kind == "integer" and _is_binary(labels)
            return "" if fits else "one column of kind integer from 0 to 1, the same in both tables"
        case "numbers":
            fits = list(given) == list(labels) and kind in ("integer", "number")
            return "" if fits else "one column of kind integer or number, the same in both tables"
        case "texts":
            fits = list(given) == list(labels) and kind == "text"
            return "" if fits else "one column of kind text, the same in both tables"
    if kind not in ("integer", "choice") or any(column.kind != "number" for column in given.values()):
        return "labels of kind integer or choice, and predictions of kind number"
    if len(given) == 1:
        return "" if kind == "integer" and _is_binary(labels) else "one column for each class, or labels from 0 to 1"
    classes = classes_of(labels)
    return "" if len(classes) == len(given) else "one column of predictions for each class, in the order of the classes"


def classes_of(labels: Columns) -> Sequence[str | int]:
    """The classes of the one column of labels, in order: its choices, or its whole numbers; none where unbounded."""
    column = next(iter(labels.values()))
    if column.kind == "choice":
        return column.of
    if column.kind != "integer" or column.min is None or column.max is None or column.max - column.min > 1000:
        return ()
    return range(int(column.min), int(column.max) + 1)


def _is_binary(labels: Columns) -> bool:
    return list(classes_of(labels)) == [0, 1]
