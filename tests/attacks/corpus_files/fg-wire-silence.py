"""
attack: fg-wire-silence
class: forge-grade
tries: sends a header and half a frame, then is silent in one test; the others may go on
must: score 0|partial, verdict timeout|crash, worker alive, next submission graded normally
"""
import torch


def softmax(x, dim):
    return torch.zeros_like(x)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return x.flatten(1)[:, :9]


import os
import stat
import struct


def call_fd():
    """The call socket: the only inherited stream socket."""
    for fd in range(3, 256):
        try:
            if stat.S_ISSOCK(os.fstat(fd).st_mode):
                return fd
        except OSError:
            pass
    return -1


import time


def softmax(x, dim):
    os.write(call_fd(), b"GRA1" + struct.pack("<I", 1000) + b"half")
    time.sleep(30)
