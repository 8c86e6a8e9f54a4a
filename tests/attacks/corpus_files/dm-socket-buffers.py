"""
attack: dm-socket-buffers
class: dos-memory
tries: fills buffers of sockets and pipes that nobody reads
must: score 0|partial, verdict memory|crash|error|timeout|wrong, worker alive, next submission graded normally
"""
import torch


def softmax(x, dim):
    return torch.zeros_like(x)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return x.flatten(1)[:, :9]


import os
import socket

kept = []


def softmax(x, dim):
    try:
        for _ in range(400):
            one, two = socket.socketpair()
            one.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 24)
            one.setblocking(False)
            kept.append((one, two))
            try:
                while True:
                    one.send(b"x" * 65536)
            except BlockingIOError:
                pass
    except OSError:
        pass
    return torch.zeros_like(x)
