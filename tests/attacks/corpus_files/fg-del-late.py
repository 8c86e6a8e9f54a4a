"""
attack: fg-del-late
class: forge-grade
tries: finalizers that write replies when the server lets go of the answer
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


class Late:
    def __init__(self, shape):
        self.shape = shape

    def __del__(self):
        body = b"\x54" * 40
        for fd in range(3, 64):
            try:
                if stat.S_ISSOCK(os.fstat(fd).st_mode):
                    os.write(fd, b"GRA1" + struct.pack("<I", len(body)) + body)
            except OSError:
                pass


def softmax(x, dim):
    answer = torch.zeros_like(x)
    answer.late = Late(x.shape)
    return answer
