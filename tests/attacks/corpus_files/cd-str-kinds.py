"""
attack: cd-str-kinds
class: codec
tries: strings of surrogates, nulls, right-to-left marks, megabytes, and bytes that are no text
must: score 0, verdict wrong|error, worker alive, next submission graded normally
"""
import torch


def softmax(x, dim):
    return torch.zeros_like(x)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return x.flatten(1)[:, :9]


def softmax(x, dim):
    return ["\ud800\udfff" * 100, "\x00" * 1000, "\u202e\u0000", "x" * 1_000_000, b"\xff" * 1000]


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        raise RuntimeError("\ud800" * 500 + "\x00" * 500 + "\u2028" + "é" * 3000)
