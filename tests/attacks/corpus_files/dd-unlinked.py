"""
attack: dd-unlinked
class: dos-disk
tries: writes files that have no name any more, each within the limit, a hundred of them
must: score 0|partial, verdict wrong|error|crash|memory|timeout, worker alive, next submission graded normally
"""
import torch


def softmax(x, dim):
    return torch.zeros_like(x)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return x.flatten(1)[:, :9]


import os

KEPT = []


def softmax(x, dim):
    for number in range(100):
        try:
            KEPT.append(open(f"gone{number}", "wb", 0))
            os.unlink(f"gone{number}")
            for _ in range(15):
                KEPT[-1].write(bytes(1 << 20))
        except OSError:
            pass
    raise OSError("enough")
