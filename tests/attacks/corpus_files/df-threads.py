"""
attack: df-threads
class: dos-fork
tries: starts threads until no more can be started, and leaves them
must: score 0|partial, verdict wrong|error|crash|timeout|memory, worker alive, next submission graded normally
"""
import torch


def softmax(x, dim):
    return torch.zeros_like(x)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return x.flatten(1)[:, :9]


import threading
import time


def softmax(x, dim):
    try:
        for _ in range(4000):
            threading.Thread(target=time.sleep, args=(30,), daemon=True).start()
    except RuntimeError:
        pass
    return torch.zeros_like(x)
