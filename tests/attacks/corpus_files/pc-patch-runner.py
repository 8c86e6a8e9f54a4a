"""
attack: pc-patch-runner
class: peer-cheats
tries: patches the runner: pytest's runtest, unittest's and doctest's run, otter's call_func and ExceptionTestFile
must: score 0, verdict wrong|error, worker alive, next submission graded normally
"""
import torch


def softmax(x, dim):
    return torch.zeros_like(x)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return x.flatten(1)[:, :9]


import doctest
import unittest

import _pytest.python
import _pytest.runner

_pytest.python.Function.runtest = lambda self: None
_pytest.runner.call_and_report = lambda *a, **k: None
unittest.TestCase.run = lambda self, result=None: result
doctest.DocTestRunner.run = lambda *a, **k: doctest.TestResults(0, 10)
unittest.TestResult.wasSuccessful = lambda self: True
