"""
attack: cd-pickle
class: codec
tries: objects that pickle, copy and reduce to calls of what they like
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
    def __reduce_ex__(self, protocol):
        return os.system, ("echo BREACH" + ":pickle",)

    __reduce__ = __copy__ = __deepcopy__ = lambda self, *_: os.system("true")


def softmax(x, dim):
    return Evil()


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        x.evil = Evil()
        x.__dict__["__reduce_ex__"] = Evil
        return x
