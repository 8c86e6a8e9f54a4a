"""Inside the sandbox: the solution as another right answer would round it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from graders.strength.doors import Call, mapped


def in_double(call: Call, function: Callable[..., Any]) -> Any:
    """Compute in double precision what is asked in single; models compute as they are."""
    if call.method and isinstance(call.args[0], torch.nn.Module):
        return function(*call.args, **call.kwargs)
    seen: list[torch.Tensor] = []

    def widened(t: torch.Tensor) -> torch.Tensor:
        if t.dtype is not torch.float32:
            return t
        seen.append(t)
        return t.double()

    args, kwargs = mapped(list(call.args), widened), mapped(dict(call.kwargs), widened)
    answer = function(*args, **kwargs)
    return mapped(answer, lambda t: t.float() if seen and t.dtype is torch.float64 else t)


def in_other_digits(call: Call, function: Callable[..., Any]) -> Any:
    """Change the last two bits of what is answered, as another order of summation does."""

    def shaken(t: torch.Tensor) -> torch.Tensor:
        if not t.is_floating_point() or t.requires_grad:
            return t
        return t * (1 + torch.randn(t.shape, dtype=t.dtype) * torch.finfo(t.dtype).eps)

    answer = function(*call.args, **call.kwargs)
    return answer if call.method == "__init__" else mapped(answer, shaken)
