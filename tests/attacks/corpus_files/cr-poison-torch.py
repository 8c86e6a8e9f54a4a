"""
attack: cr-poison-torch
class: crash
tries: corrupts torch's own state: storages, refcounts, types, the interpreter's small integers
must: score 0, verdict crash|error|wrong|timeout, worker alive, next submission graded normally
"""
import torch


def softmax(x, dim):
    return torch.zeros_like(x)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return x.flatten(1)[:, :9]


import ctypes


def softmax(x, dim):
    ctypes.memset(id(1) + 24, 7, 1)
    ctypes.memset(x.data_ptr() - 64, 255, 256)
    ctypes.pythonapi.Py_DecRef(ctypes.py_object(None))
    ctypes.memset(id(torch.Tensor), 0, 64)
    return x
