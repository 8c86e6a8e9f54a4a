"""
attack: fg-wire-oob
class: forge-grade
tries: sends urgent bytes on the call socket, which plain reads do not see
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
        for _ in range(3):
            try:
                call.send(b"T", socket.MSG_OOB)
            except OSError:
                break
    return torch.zeros_like(x)
