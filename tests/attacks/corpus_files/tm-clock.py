"""
attack: tm-clock
class: timing
tries: patches clocks, sleeps and timers, and asks for a time that has not come
must: score 0, verdict wrong|error, worker alive, next submission graded normally
"""
import torch


def softmax(x, dim):
    return torch.zeros_like(x)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return x.flatten(1)[:, :9]


import time

for name in ("time", "monotonic", "perf_counter", "process_time", "thread_time"):
    setattr(time, name, lambda: 0.0)
time.sleep = lambda seconds: None
torch.utils.data.DataLoader.__iter__ = lambda self: iter([])
