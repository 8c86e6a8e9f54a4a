"""
attack: dm-memfd
class: dos-mem
tries: fills anonymous files that are no process's memory
must: score 0|partial, verdict memory|crash|error|wrong|timeout, worker alive, next submission graded normally
"""
import torch


def softmax(x, dim):
    return torch.zeros_like(x)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return x.flatten(1)[:, :9]


import os


def softmax(x, dim):
    for number in range(60):
        fd = os.memfd_create(str(number))
        try:
            for _ in range(60):
                os.write(fd, bytes(1 << 20))
        except OSError:
            pass
    return torch.zeros_like(x)
