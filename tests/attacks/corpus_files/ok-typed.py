"""
attack: ok-typed
class: honest
tries: type hints, walrus, match, dataclass, generics, positional-only, f-strings, decorators, async def
must: score full, verdict accepted, worker alive, next submission graded normally
"""
from __future__ import annotations

import asyncio
import functools
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, NamedTuple, TypeVar

import torch
from torch import nn



T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Config(Generic[T]):
    channels: int = 4
    sizes: list[int] = field(default_factory=lambda: [14, 14])


class Pair(NamedTuple):
    left: torch.Tensor
    right: torch.Tensor


def checked(function: Callable[..., torch.Tensor]) -> Callable[..., torch.Tensor]:
    @functools.wraps(function)
    def inner(*args: object, **kwargs: object) -> torch.Tensor:
        return function(*args, **kwargs)

    return inner


@checked
def softmax(x: torch.Tensor, /, dim: int = -1) -> torch.Tensor:
    match x.dim():
        case 0:
            return torch.ones(())
        case n if (last := n - 1) >= 0:
            pair = Pair(x, x.amax(dim=dim, keepdim=True))
    e = (pair.left - pair.right).exp_()
    return e / e.sum(dim, keepdim=True)


async def later() -> int:
    await asyncio.sleep(0)
    return 10


class TinyCNN(nn.Module):
    def __init__(self, config: Config[int] = Config()) -> None:
        super().__init__()
        out = asyncio.run(later())
        self.layers = nn.Sequential(
            nn.Conv2d(1, config.channels, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(),
            nn.Linear(config.channels * config.sizes[0] * config.sizes[1], out),
        )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.layers(x)


if __name__ == "__main__":
    print(f"{softmax(torch.ones(3), 0)!r:>10}")
