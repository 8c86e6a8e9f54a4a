"""
attack: do-nonblock
class: dos-output
tries: makes its output non-blocking, tiny, closed, and a terminal, and fills it to the brim
must: score 0|partial, verdict wrong|error|output|crash, worker alive, next submission graded normally
"""
import torch


def softmax(x, dim):
    return torch.zeros_like(x)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return x.flatten(1)[:, :9]


import fcntl
import os

for fd in (0, 1, 2):
    try:
        os.set_blocking(fd, False)
        fcntl.fcntl(fd, 1031, 4096)
    except OSError:
        pass
try:
    while True:
        os.write(1, b"x" * 65536)
except OSError:
    pass


def softmax(x, dim):
    os.close(1)
    os.close(2)
    return torch.zeros_like(x)
