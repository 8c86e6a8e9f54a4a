"""Cuts the graph. Must fail: test_gradients_flow."""


def weighted_average(x, w):
    return ((w * x).sum() / w.sum()).detach()
