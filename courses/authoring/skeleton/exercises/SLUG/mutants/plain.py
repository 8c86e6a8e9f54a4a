"""Forgets the weights. Must fail: test_values."""


def weighted_average(x, w):
    return x.mean()
