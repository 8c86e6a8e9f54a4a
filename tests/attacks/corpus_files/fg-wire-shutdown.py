"""
attack: fg-wire-shutdown
class: forge-grade
tries: shuts its end of the call socket down for writing and goes on living
must: score 0, verdict wrong|error|crash|timeout, worker alive, next submission graded normally
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


import socket


def softmax(x, dim):
    with socket.socket(fileno=os.dup(call_fd())) as call:
        call.shutdown(socket.SHUT_WR)
    return torch.zeros_like(x)
