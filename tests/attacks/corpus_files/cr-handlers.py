"""
attack: cr-handlers
class: crash
tries: faults inside fault handlers, on alternate stacks, in threads and in children
must: score 0, verdict crash|error|timeout|wrong, worker alive, next submission graded normally
"""
import torch


def softmax(x, dim):
    return torch.zeros_like(x)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return x.flatten(1)[:, :9]


import ctypes
import faulthandler
import os
import signal
import threading

faulthandler.enable()
signal.signal(signal.SIGSEGV, lambda *_: ctypes.string_at(0))
signal.signal(signal.SIGABRT, signal.SIG_IGN)


def softmax(x, dim):
    threading.Thread(target=ctypes.string_at, args=(8,)).start()
    ctypes.string_at(0)
