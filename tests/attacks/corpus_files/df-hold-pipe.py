"""
attack: df-hold-pipe
class: dos-fork
tries: leaves children that hold its output and its call socket open for ever
must: score 0, verdict wrong|error|crash, worker alive, next submission graded normally
"""
import torch


def softmax(x, dim):
    return torch.zeros_like(x)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return x.flatten(1)[:, :9]


import os
import time

for _ in range(5):
    if os.fork() == 0:
        os.setsid()
        end = time.monotonic() + 100
        while time.monotonic() < end:
            time.sleep(1)
        os._exit(0)


def softmax(x, dim):
    os._exit(0)
