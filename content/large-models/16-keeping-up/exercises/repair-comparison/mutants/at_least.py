"""Calls a gain of nothing, with an error of nothing, better. Must fail: test_verdict."""
import torch


def choose(validation: torch.Tensor) -> int:  # (H, S) float64
    """The setting with the highest mean over its seeds."""
    return int(validation.mean(dim=1).argmax())


def report(validation: torch.Tensor, test: torch.Tensor) -> dict[str, float | int]:  # (H, S) float64 each
    """The score of a system, and its error."""
    setting = choose(validation)
    scores = test[setting]  # (S,)
    error = scores.std(correction=1) / len(scores) ** 0.5
    return {"setting": setting, "score": scores.mean().item(), "error": error.item()}


def compare(
    old: tuple[torch.Tensor, torch.Tensor], new: tuple[torch.Tensor, torch.Tensor]
) -> dict[str, float | bool]:
    """Whether the new system is better than the old one."""
    before, after = report(*old), report(*new)
    gain = after["score"] - before["score"]
    error = (before["error"] ** 2 + after["error"] ** 2) ** 0.5
    return {"gain": gain, "error": error, "better": gain >= 2 * error}
