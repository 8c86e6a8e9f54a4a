"""Wants its vectors to lie one behind the other. Must fail: test_output_is_the_weighted_mean."""
import torch


def attention_weights(
    q: torch.Tensor,  # (..., L_q, d_k)
    k: torch.Tensor,  # (..., L_k, d_k)
    mask: torch.Tensor | None = None,  # bool, broadcasts to (..., L_q, L_k); True: this key may be looked at
) -> torch.Tensor:  # (..., L_q, L_k)
    """The weight that each query gives to each key."""
    rows, columns = q.view(-1, *q.shape[-2:]), k.view(-1, *k.shape[-2:])
    scores = (rows @ columns.mT).view(*q.shape[:-1], -1) / k.shape[-1] ** 0.5  # (..., L_q, L_k)
    if mask is None:
        return torch.softmax(scores, dim=-1)
    # The lowest finite score instead of minus infinity: a row without any key then has no NaN, in the gradient either.
    scores = scores.masked_fill(~mask, torch.finfo(scores.dtype).min)
    return torch.softmax(scores, dim=-1) * mask


def attention(
    q: torch.Tensor,  # (..., L_q, d_k)
    k: torch.Tensor,  # (..., L_k, d_k)
    v: torch.Tensor,  # (..., L_k, d_v)
    mask: torch.Tensor | None = None,
) -> torch.Tensor:  # (..., L_q, d_v)
    """For each query, the mean of the values, weighted by attention_weights."""
    return attention_weights(q, k, mask) @ v
