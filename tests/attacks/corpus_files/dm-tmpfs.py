"""
attack: dm-tmpfs
class: dos-mem
tries: fills every folder that it may write, by many files, holes and appends
must: score 0|partial, verdict memory|crash|error|wrong, worker alive, next submission graded normally
"""
import torch


def softmax(x, dim):
    return torch.zeros_like(x)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return x.flatten(1)[:, :9]


import os


def softmax(x, dim):
    for place in (".", "/tmp", "/dev/shm", os.path.expanduser("~")):
        for number in range(40):
            try:
                with open(os.path.join(place, f"fill{number}"), "wb") as file:
                    for _ in range(40):
                        file.write(bytes(1 << 20))
            except OSError:
                pass
    raise OSError("full")
