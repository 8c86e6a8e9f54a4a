"""
attack: cd-huge-int
class: codec
tries: integers of a million bits, texts and bytes of the whole limit, lists of a million
must: score 0, verdict wrong|error, worker alive, next submission graded normally
"""
import torch


def softmax(x, dim):
    return torch.zeros_like(x)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return x.flatten(1)[:, :9]


turn = [0]


def softmax(x, dim):
    turn[0] += 1
    return [1 << 10**6, "x" * (16 << 20), b"x" * (15 << 20), [0] * 2_000_000, [[]] * 300_000][turn[0] % 5]


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return -(1 << 4096)
