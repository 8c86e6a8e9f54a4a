"""
attack: cr-exit-in-pieces
class: crash
tries: ends only its main thread by the raw system call while another thread goes on
must: score 0, verdict crash|timeout|error|wrong, worker alive, next submission graded normally
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


import threading
import time

threading.Thread(target=time.sleep, args=(3,)).start()


def softmax(x, dim):
    syscall(60, 0)
