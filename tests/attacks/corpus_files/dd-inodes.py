"""
attack: dd-inodes
class: dos-disk
tries: makes files until no inode is left, hard links, and sparse files of terabytes
must: score 0|partial, verdict crash|error|wrong|timeout, worker alive, next submission graded normally
"""
import torch


def softmax(x, dim):
    return torch.zeros_like(x)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return x.flatten(1)[:, :9]


import os

home = os.environ["HOME"]


def softmax(x, dim):
    for number in range(12_000):
        os.close(os.open(f"{home}/f{number}", os.O_CREAT | os.O_WRONLY))
    return torch.zeros_like(x)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        fd = os.open(home + "/sparse", os.O_CREAT | os.O_RDWR)
        os.ftruncate(fd, 1 << 40)
