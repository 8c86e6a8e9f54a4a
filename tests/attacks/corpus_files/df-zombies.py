"""
attack: df-zombies
class: dos-fork
tries: fills the process table with zombies that it never reaps
must: score 0|partial, verdict crash|error|wrong|timeout, worker alive, next submission graded normally
"""
import torch


def softmax(x, dim):
    return torch.zeros_like(x)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return x.flatten(1)[:, :9]


import os


def softmax(x, dim):
    for _ in range(120):
        if os.fork() == 0:
            os._exit(0)
    return torch.zeros_like(x)
