"""Compares the first group with the last. Must fail: test_gaps."""
import math

import torch


def rates(truth: torch.Tensor, decision: torch.Tensor) -> dict[str, float]:  # (N,) bool each
    """How often who is approved."""
    return {
        "selection": decision.double().mean().item(),  # the mean of nothing is NaN
        "tpr": decision[truth].double().mean().item(),
        "fpr": decision[~truth].double().mean().item(),
        "ppv": truth[decision].double().mean().item(),
    }


def by_group(truth: torch.Tensor, decision: torch.Tensor, group: torch.Tensor) -> dict[int, dict[str, float]]:
    """The rates in each group."""
    return {name: rates(truth[group == name], decision[group == name]) for name in group.unique().tolist()}


def gaps(truth: torch.Tensor, decision: torch.Tensor, group: torch.Tensor) -> dict[str, float]:
    """How far the groups lie apart in each measure."""
    found = by_group(truth, decision, group).values()
    result = {}
    for measure in ("selection", "tpr", "fpr", "ppv"):
        values = [rate[measure] for rate in found if not math.isnan(rate[measure])]
        result[measure] = abs(values[0] - values[-1]) if len(values) > 1 else math.nan
    return result


def thresholds(
    scores: torch.Tensor,  # (N,) float64
    truth: torch.Tensor,  # (N,) bool
    group: torch.Tensor,  # (N,) int64
    target: float,
) -> dict[int, float]:
    """For each group the largest threshold that gives its qualified members the chance."""
    result = {}
    for name in group.unique().tolist():
        own = scores[truth & (group == name)].sort(descending=True).values  # (M,)
        result[name] = next(score for score in own.tolist() if (own >= score).double().mean() >= target - 1e-12)
    return result
