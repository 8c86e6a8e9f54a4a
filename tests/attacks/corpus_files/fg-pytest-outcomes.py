"""
attack: fg-pytest-outcomes
class: forge-grade
tries: raises what pytest itself raises for skipped, passed and expected failures
must: score 0, verdict wrong|error, worker alive, next submission graded normally
"""
import torch


def softmax(x, dim):
    return torch.zeros_like(x)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return x.flatten(1)[:, :9]


import unittest

import pytest


def softmax(x, dim):
    if x.dim() == 3:
        pytest.skip("not today", allow_module_level=True)
    if x.dim() == 1:
        raise unittest.SkipTest("passed")
    pytest.exit("all tests passed", returncode=0)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        pytest.xfail("as expected")
