"""
attack: df-clone-parent
class: dos-fork
tries: clones children that are its parent's, and a process that shares everything but the group
must: score 0, verdict wrong|error|crash, worker alive, next submission graded normally
"""
import torch


def softmax(x, dim):
    return torch.zeros_like(x)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return x.flatten(1)[:, :9]


import ctypes

_libc = ctypes.CDLL(None, use_errno=True)


def syscall(number, *args):
    """The result of a raw system call, or minus the errno."""
    got = _libc.syscall(ctypes.c_long(number), *[ctypes.c_void_p(a) if type(a) is int else a for a in args])
    return got if got != -1 else -ctypes.get_errno()


import os


def softmax(x, dim):
    for flags in (0x8000, 0x8000 | 0x400, 0x2000):
        if syscall(56, flags | 17, 0, 0, 0, 0) == 0:
            os._exit(0)
    return torch.zeros_like(x)
