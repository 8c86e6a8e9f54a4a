"""
attack: dd-deep-tree
class: dos-disk
tries: a tree three thousand folders deep, which whoever cleans up must not fall into
must: score 0, verdict wrong|error|crash|timeout, worker alive, next submission graded normally
"""
import torch


def softmax(x, dim):
    return torch.zeros_like(x)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return x.flatten(1)[:, :9]


import os

place = os.getcwd()
try:
    for _ in range(3000):
        os.mkdir("d")
        os.chdir("d")
except OSError:
    pass
os.chdir(place)
