"""
attack: cr-exec-true
class: crash
tries: replaces itself by a program that ends well
must: score 0, verdict crash|error|wrong, worker alive, next submission graded normally
"""
import torch


def softmax(x, dim):
    return torch.zeros_like(x)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return x.flatten(1)[:, :9]


import os


def softmax(x, dim):
    os.execv("/bin/true", ["true"])
