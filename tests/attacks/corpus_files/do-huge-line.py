"""
attack: do-huge-line
class: dos-output
tries: one line of a megabyte without an end, of characters of four bytes and of broken ones
must: score 0, verdict wrong|error|output, worker alive, next submission graded normally
"""
import torch


def softmax(x, dim):
    return torch.zeros_like(x)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return x.flatten(1)[:, :9]


import os

for _ in range(10):
    os.write(1, "\U0001f600".encode() * 25_000)
    os.write(1, b"\xf0\x9f" * 20_000)
