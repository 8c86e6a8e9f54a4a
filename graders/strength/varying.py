"""Inside the sandbox: further inputs for a call, made from the ones that it had."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import torch

from graders.strength.doors import mapped

Vary = Callable[[Any], Any]


def _floats(change: Callable[[torch.Tensor], torch.Tensor]) -> Vary:
    """Change the floating-point tensors, and leave labels, indices and masks as they are."""
    return lambda value: mapped(value, lambda t: change(t) if t.is_floating_point() else t)


def _fresh(t: torch.Tensor) -> torch.Tensor:
    if t.dtype is torch.bool:
        return torch.rand(t.shape) < 0.5
    return torch.randn(t.shape, dtype=torch.float64).to(t.dtype) if t.is_floating_point() else t


def _turned(t: torch.Tensor) -> torch.Tensor:
    """The same values, not contiguous."""
    return t if t.dim() < 2 else t.transpose(0, -1).contiguous().transpose(0, -1)


def _resized(value: Any) -> Any:
    """Each size that occurs becomes another one, the same everywhere, plain numbers included."""
    sizes: set[int] = set()
    mapped(value, lambda t: sizes.update(t.shape))
    others = {size: size + 1 + index % 2 for index, size in enumerate(sorted(sizes))}

    def resize(t: torch.Tensor) -> torch.Tensor:
        shape = [others[size] for size in t.shape]
        if t.is_floating_point():
            return torch.randn(shape, dtype=torch.float64).to(t.dtype)
        if t.dtype is torch.bool:
            return torch.rand(shape) < 0.7
        top = int(t.max()) + 1 if t.numel() else 1
        return torch.randint(max(top, 1), shape, dtype=torch.int64).to(t.dtype) if top > 0 else t

    return mapped(value, resize, lambda number: others.get(number, number) if isinstance(number, int) else number)


def _renumbered(value: Any) -> Any:
    """Other plain numbers."""

    def other(number: Any) -> Any:
        return number * float(torch.rand(()) * 0.6 + 0.3) if isinstance(number, float) else number + 1

    return mapped(value, lambda t: t, other)


def _flipped(value: Any) -> Any:
    """Switches the other way round."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, dict):
        return {key: _flipped(item) for key, item in value.items()}
    return type(value)(_flipped(item) for item in value) if type(value) in (list, tuple) else value


#: By the word for an author; each makes new arguments from the ones of a call.
VARIANTS: dict[str, Vary] = {
    "the inputs of the tests": lambda value: value,
    "other values": lambda value: mapped(value, _fresh),
    "large values": _floats(lambda t: _fresh(t) * 30),
    "values far from zero": _floats(lambda t: _fresh(t) * 0.1 + 3),
    "zeros": _floats(torch.zeros_like),
    "other sizes": _resized,
    "double precision": _floats(torch.Tensor.double),
    "other numbers": _renumbered,
    "switches turned": _flipped,
    "tensors that are not contiguous": lambda value: mapped(value, _turned),
}


def leaves(value: Any) -> Iterator[torch.Tensor]:
    """The floating-point tensors in a value, and the parameters of models."""
    if isinstance(value, torch.nn.Module):
        yield from value.parameters()
    elif isinstance(value, torch.Tensor) and value.is_floating_point():
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from leaves(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from leaves(item)
