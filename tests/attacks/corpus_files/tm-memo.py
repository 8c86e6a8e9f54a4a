"""
attack: tm-memo
class: timing
tries: remembers answers by shape, address and first value, and gives the first one again
must: score 0, verdict wrong|error, worker alive, next submission graded normally
"""
import torch


def softmax(x, dim):
    return torch.zeros_like(x)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return x.flatten(1)[:, :9]


KNOWN = {}


def softmax(x, dim):
    return KNOWN.setdefault((x.shape, dim), torch.full_like(x, 0.5))


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return KNOWN.setdefault(x.shape[1:], torch.zeros(len(x), 10))
