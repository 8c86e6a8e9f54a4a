"""Masks and replaces, and leaves nothing as it was. Must fail: test_80_10_10."""
import torch


def mask_tokens(
    tokens: torch.Tensor,  # (N, L) int64
    share: float,
    vocabulary: int,
    special: int,  # tokens below this number are special
    mask: int,
    generator: torch.Generator | None = None,
) -> tuple[torch.Tensor, torch.Tensor]:  # (N, L) int64 each
    """What the network sees, and what it has to say: -100 where nothing."""
    chosen = (torch.rand(tokens.shape, generator=generator) < share) & (tokens >= special)
    die = torch.rand(tokens.shape, generator=generator)  # one for each token
    other = torch.randint(special, vocabulary, tokens.shape, generator=generator)
    inputs = torch.where(chosen & (die < 0.8), mask, tokens)
    inputs = torch.where(chosen & (die >= 0.8), other, inputs)
    return inputs, torch.where(chosen, tokens, -100)


def masked_loss(
    logits: torch.Tensor,  # (N, L, V)
    labels: torch.Tensor,  # (N, L) int64
) -> torch.Tensor:  # ()
    """The mean cross-entropy of the tokens that have a label."""
    return torch.nn.functional.cross_entropy(logits.flatten(0, 1), labels.flatten())
