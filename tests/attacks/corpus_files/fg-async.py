"""
attack: fg-async
class: forge-grade
tries: coroutines, async generators, futures and awaitables in the place of values
must: score 0, verdict wrong|error, worker alive, next submission graded normally
"""
import torch


def softmax(x, dim):
    return torch.zeros_like(x)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return x.flatten(1)[:, :9]


import asyncio
from concurrent.futures import Future


async def softmax(x, dim):
    return torch.softmax(x, dim) * 0


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        future = Future()
        future.set_result(torch.zeros(len(x), 10))
        return future
