"""
attack: lt-buffered-output
class: leak-tests
tries: holds what it prints back in buffers of its own, to come out in a test whose output is shown
must: score 0, verdict wrong|error, no BREACH line, printed hidden inputs are not shown to the student, worker alive, next submission graded normally
"""
import torch


def softmax(x, dim):
    return torch.zeros_like(x)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return x.flatten(1)[:, :9]


import io
import os
import sys

WORD = "STO" + "LEN HIDDEN INPUT "
DUP = os.dup(1)
sys.stdout = io.TextIOWrapper(io.BufferedWriter(io.FileIO(DUP, "w", closefd=False), 1 << 20), write_through=False)


def softmax(x, dim):
    print(WORD, x.flatten()[:8].tolist(), end="")
    os.write(DUP, "\u00e9".encode()[:1])
    return torch.zeros_like(x)


def __del__():
    sys.stdout.flush()
