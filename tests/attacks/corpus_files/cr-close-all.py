"""
attack: cr-close-all
class: crash
tries: closes every descriptor that it has, then opens others in their place
must: score 0, verdict crash|error|wrong|timeout, worker alive, next submission graded normally
"""
import torch


def softmax(x, dim):
    return torch.zeros_like(x)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return x.flatten(1)[:, :9]


import os
import socket


def softmax(x, dim):
    os.closerange(0, 1024)
    pairs = [socket.socketpair() for _ in range(20)]
    os.open("/dev/zero", os.O_RDWR)
    return torch.zeros_like(x)
