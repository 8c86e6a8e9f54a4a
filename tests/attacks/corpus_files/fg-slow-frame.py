"""
attack: fg-slow-frame
class: forge-grade
tries: sends its reply a byte at a time, each well within any pause that a reader may allow
must: score 0, verdict timeout|crash|error|wrong, worker alive, next submission graded normally
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
import time


def softmax(x, dim):
    for fd in range(3, 64):
        try:
            if stat.S_ISSOCK(os.fstat(fd).st_mode):
                os.write(fd, b"GRA1" + struct.pack("<I", 100_000))
                for _ in range(400):
                    os.write(fd, b"N")
                    time.sleep(0.02)
        except OSError:
            pass
    return torch.zeros_like(x)
