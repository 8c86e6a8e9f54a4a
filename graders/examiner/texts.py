"""Metrics of texts, by torchmetrics: apart from the others, since importing it takes a second."""

from __future__ import annotations

from collections.abc import Mapping

from torchmetrics.functional.text import sacre_bleu_score

from graders.examiner.competition import Scorer, score_tables
from graders.examiner.predictions import Columns


def _bleu(tokens: str) -> Scorer:
    """BLEU of all rows together, as sacreBLEU cuts them into words: 13a for European languages, zh by characters."""

    def scorer(predictions: Columns, labels: Columns) -> float:
        (name,) = labels.arrays
        wanted = [[str(text)] for text in labels[name]]
        given = [str(text) for text in predictions[name]]
        return float(sacre_bleu_score(given, wanted, tokenize=tokens))  # type: ignore[arg-type]  # one of its literals

    return scorer


SCORERS: Mapping[str, Scorer] = {"bleu": _bleu("13a"), "bleu-zh": _bleu("zh")}


def score_by_metric(name: str, predictions: Columns, labels: Columns, *, where: str) -> None:
    """Measure both parts by a metric of texts."""
    score_tables(SCORERS[name], predictions, labels, where=where)
