"""
attack: do-tiny-writes
class: dos-output
tries: prints one byte at a time, a hundred thousand times, from four processes
must: score 0|partial, verdict wrong|error|output|timeout, worker alive, next submission graded normally
"""
import torch


def softmax(x, dim):
    return torch.zeros_like(x)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return x.flatten(1)[:, :9]


import os

for _ in range(3):
    if os.fork() == 0:
        break
for _ in range(30_000):
    os.write(1, b".")
import time

if os.getpid() != os.getsid(0):
    os._exit(0)
