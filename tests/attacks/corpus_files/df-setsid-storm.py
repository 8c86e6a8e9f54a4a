"""
attack: df-setsid-storm
class: dos-fork
tries: children that leave session and group, double-fork, and hold the output open
must: score 0|partial, verdict crash|timeout|error|wrong, worker alive, next submission graded normally
"""
import torch


def softmax(x, dim):
    return torch.zeros_like(x)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return x.flatten(1)[:, :9]


import os
import time


def softmax(x, dim):
    for _ in range(150):
        try:
            if os.fork() == 0:
                os.setsid()
                if os.fork() == 0:
                    time.sleep(60)
                os._exit(0)
        except OSError:
            pass
    return torch.zeros_like(x)
