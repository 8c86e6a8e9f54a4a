"""
attack: dm-shared-anonymous
class: dos-memory
tries: shared anonymous memory and /dev/zero maps, touched, then given up by madvise only
must: score 0|partial, verdict memory|crash|error|timeout, worker alive, next submission graded normally
"""
import torch


def softmax(x, dim):
    return torch.zeros_like(x)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return x.flatten(1)[:, :9]


import mmap

kept = []


def softmax(x, dim):
    for _ in range(24):
        page = mmap.mmap(-1, 64 << 20)
        page[:: 4096] = b"x" * len(page[:: 4096])
        page.madvise(mmap.MADV_DONTNEED)
        kept.append(page)
    return torch.zeros_like(x)
