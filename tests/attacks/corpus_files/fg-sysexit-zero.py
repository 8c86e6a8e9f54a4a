"""
attack: fg-sysexit-zero
class: forge-grade
tries: ends itself as if all were well: SystemExit(0), at import, in a call, from a thread
must: score 0, verdict error|crash, worker alive, next submission graded normally
"""
import torch


def softmax(x, dim):
    return torch.zeros_like(x)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return x.flatten(1)[:, :9]


import sys
import threading


def softmax(x, dim):
    threading.Thread(target=sys.exit, args=(0,)).start()
    raise SystemExit(0)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        raise KeyboardInterrupt
