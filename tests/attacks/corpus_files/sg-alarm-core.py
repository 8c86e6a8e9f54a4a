"""
attack: sg-alarm-core
class: signal
tries: timers, alarms and a core dump for whoever comes later
must: score 0, verdict crash|wrong|error, worker alive, next submission graded normally
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
import resource
import signal

syscall(157, 4, 1, 0, 0, 0)
try:
    resource.setrlimit(resource.RLIMIT_CORE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
except (OSError, ValueError):
    pass


def softmax(x, dim):
    os.kill(os.getpid(), signal.SIGQUIT)
