"""Scales the caller's weights. Must fail: test_arguments_stay."""


def weighted_average(x, w):
    w /= w.sum()
    return (w * x).sum()
