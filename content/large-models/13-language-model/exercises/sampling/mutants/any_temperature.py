"""Accepts a negative temperature. Must fail: test_greedy."""
import torch


def next_probabilities(
    logits: torch.Tensor,  # (N, V)
    temperature: float = 1.0,  # 0: the most probable token only
    top_k: int | None = None,
    top_p: float | None = None,
) -> torch.Tensor:  # (N, V), each row sums to 1
    """The distribution from which the next token of each row is drawn."""
    if temperature < -5:
        raise ValueError(f"a temperature of {temperature} makes no sense")
    with torch.no_grad():
        if temperature == 0:
            return torch.zeros_like(logits).scatter(1, logits.argmax(dim=1, keepdim=True), 1.0)
        scaled = logits / temperature
        if top_k is not None:
            least = scaled.topk(min(top_k, logits.shape[1]), dim=1).values[:, -1:]  # (N, 1)
            scaled = scaled.masked_fill(scaled < least, -torch.inf)
        probabilities = torch.softmax(scaled, dim=1)  # (N, V)
        if top_p is not None:
            ranked, order = probabilities.sort(dim=1, descending=True)  # (N, V) each
            before = ranked.cumsum(dim=1) - ranked  # what the more probable ones sum to
            kept = ranked.masked_fill(before >= top_p, 0.0)
            probabilities = ranked.scatter(1, order, kept / kept.sum(dim=1, keepdim=True))
        return probabilities


def draw(
    probabilities: torch.Tensor,  # (N, V)
    generator: torch.Generator | None = None,
) -> torch.Tensor:  # (N,) int64
    """One token for each row."""
    return torch.multinomial(probabilities, 1, generator=generator).squeeze(1)
