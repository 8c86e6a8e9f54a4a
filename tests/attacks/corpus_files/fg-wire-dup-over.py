"""
attack: fg-wire-dup-over
class: forge-grade
tries: puts another socket over the call socket, in which it plays the examiner to itself
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

ours, theirs = socket.socketpair()


def softmax(x, dim):
    os.dup2(ours.fileno(), call_fd())
    return torch.zeros_like(x)
