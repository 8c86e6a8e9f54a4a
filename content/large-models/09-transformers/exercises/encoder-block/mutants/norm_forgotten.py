"""The attention sees x itself. Must fail: test_self_attention."""
import torch


def layer_norm(
    x: torch.Tensor,  # (..., width)
    weight: torch.Tensor,  # (width,)
    bias: torch.Tensor,  # (width,)
    eps: float = 1e-5,
) -> torch.Tensor:  # (..., width)
    """Each vector brought to mean 0 and variance 1, then scaled and moved."""
    mean = x.mean(dim=-1, keepdim=True)  # (..., 1)
    variance = ((x - mean) ** 2).mean(dim=-1, keepdim=True)  # (..., 1)
    return (x - mean) / torch.sqrt(variance + eps) * weight + bias


def linear(parameters: dict[str, torch.Tensor], name: str, x: torch.Tensor) -> torch.Tensor:  # (..., in) -> (..., out)
    return x @ parameters[f"{name}.weight"].T + parameters[f"{name}.bias"]


def norm(parameters: dict[str, torch.Tensor], name: str, x: torch.Tensor) -> torch.Tensor:
    return layer_norm(x, parameters[f"{name}.weight"], parameters[f"{name}.bias"])


def attend(parameters: dict[str, torch.Tensor], x: torch.Tensor, heads: int, real: torch.Tensor | None) -> torch.Tensor:
    """Self-attention: (N, L, width) -> (N, L, width)."""
    q, k, v = (linear(parameters, name, x).unflatten(-1, (heads, -1)).transpose(1, 2) for name in "qkv")  # (N, heads, L, d)
    scores = q @ k.mT / q.shape[-1] ** 0.5  # (N, heads, L, L)
    if real is not None:
        scores = scores.masked_fill(~real[:, None, None, :], -torch.inf)
    seen = torch.softmax(scores, dim=-1) @ v  # (N, heads, L, d)
    return linear(parameters, "o", seen.transpose(1, 2).flatten(2))


def mlp(parameters: dict[str, torch.Tensor], x: torch.Tensor) -> torch.Tensor:  # (N, L, width) -> (N, L, width)
    return linear(parameters, "down", torch.relu(linear(parameters, "up", x)))


def encoder_block(
    x: torch.Tensor,  # (N, L, width)
    parameters: dict[str, torch.Tensor],
    heads: int,
    real: torch.Tensor | None = None,  # (N, L) bool, True: a token, False: padding
    norm_first: bool = True,
) -> torch.Tensor:  # (N, L, width)
    """Attention and MLP, each with a way round it and a norm."""
    if norm_first:
        x = x + attend(parameters, x, heads, real)
        return x + mlp(parameters, norm(parameters, "norm2", x))
    x = norm(parameters, "norm1", x + attend(parameters, x, heads, real))
    return norm(parameters, "norm2", x + mlp(parameters, x))


def parameter_count(width: int, hidden: int) -> int:
    """How many numbers the parameters of one block are, whatever the number of heads."""
    return 4 * (width * width + width) + (width * hidden + hidden) + (hidden * width + width) + 4 * width
