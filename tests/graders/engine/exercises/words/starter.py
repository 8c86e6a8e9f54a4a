import torch


def double(x, scale=None):
    if scale:
        scale.append("changed")
    return x + 1


def count(n):
    return list(range(1, n))


def normal(x):
    return torch.softmax(x, -1)
