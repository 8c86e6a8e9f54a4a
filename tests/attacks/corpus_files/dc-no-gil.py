"""
attack: dc-no-gil
class: dos-cpu
tries: holds the interpreter's lock in one C call that no signal of its own interrupts
must: score 0, verdict timeout|memory|crash|error, worker alive, next submission graded normally
"""
import torch


def softmax(x, dim):
    return torch.zeros_like(x)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return x.flatten(1)[:, :9]


def softmax(x, dim):
    return len(str(7 ** 60_000_000)) if False else pow(7, 80_000_000) and x
