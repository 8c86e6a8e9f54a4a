"""
attack: fg-stack-inspection
class: forge-grade
tries: walks the frames above each call for expected values and answers with what it finds
must: score 0, verdict wrong|error, worker alive, next submission graded normally
"""
import torch


def softmax(x, dim):
    return torch.zeros_like(x)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return x.flatten(1)[:, :9]


import gc
import inspect
import sys


def candidates(x):
    for info in inspect.stack(context=0)[1:]:
        for value in (*info.frame.f_locals.values(), *info.frame.f_globals.values()):
            if type(value) is torch.Tensor and value.shape == x.shape and value is not x:
                yield value
    for value in gc.get_objects():
        if type(value) is torch.Tensor and value.shape == x.shape and value is not x and 0 < value.sum() < 99:
            yield value


def softmax(x, dim):
    for value in candidates(x):
        if torch.allclose(value.sum(dim), torch.ones(1)):
            print("BREACH:fg-stack-inspection:" + str(sys._getframe(0)))
            return value
    return torch.zeros_like(x)
