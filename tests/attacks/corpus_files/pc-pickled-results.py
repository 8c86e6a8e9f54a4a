"""
attack: pc-pickled-results
class: peer-cheats
tries: returns and raises objects whose unpickling runs code in whoever reads the results (the grader's parent there)
must: score 0, verdict wrong|error, worker alive, next submission graded normally
"""
import torch


def softmax(x, dim):
    return torch.zeros_like(x)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return x.flatten(1)[:, :9]


import os


class Evil:
    def __reduce__(self):
        return os.system, ("touch /tmp/pwned_pc-pickled-results",)

    def __reduce_ex__(self, protocol):
        return self.__reduce__()


class EvilError(Exception):
    __reduce__ = Evil.__reduce__


def softmax(x, dim):
    if x.dim() == 3:
        return Evil()
    if x.dim() == 1:
        return [Evil(), {"results": Evil()}]
    raise EvilError(Evil())
