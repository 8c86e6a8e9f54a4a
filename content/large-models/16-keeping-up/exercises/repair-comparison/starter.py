"""The main table of a paper. It runs, and it finds gains everywhere. Repair it."""
import torch


def choose(test: torch.Tensor) -> int:  # (H, S) float64
    """The best setting."""
    return int(test.amax(dim=1).argmax())


def report(validation: torch.Tensor, test: torch.Tensor) -> dict[str, float | int]:  # (H, S) float64 each
    """The score of a system, and its error."""
    setting = choose(test)
    return {"setting": setting, "score": test.max().item(), "error": test[setting].std(correction=0).item()}


def compare(
    old: tuple[torch.Tensor, torch.Tensor], new: tuple[torch.Tensor, torch.Tensor]
) -> dict[str, float | bool]:
    """Whether the new system is better than the old one."""
    ours = report(*new)
    gain = ours["score"] - old[1][0, 0].item()
    return {"gain": gain, "error": ours["error"], "better": gain > 0}
