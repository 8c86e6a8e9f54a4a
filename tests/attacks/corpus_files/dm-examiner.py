"""
attack: dm-examiner
class: dos-mem
tries: answers with as many objects as a frame may hold, so that the examiner outgrows its memory
must: score 0|partial, verdict wrong|error|memory|crash|timeout, worker alive, next submission graded normally
"""
import torch


def softmax(x, dim):
    return torch.zeros_like(x)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return x.flatten(1)[:, :9]


def softmax(x, dim):
    return [torch.zeros(0) for _ in range(200_000)] if x.dim() == 3 else [{"a": []} for _ in range(80_000)]


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return [frozenset([n]) for n in range(100_000)]
