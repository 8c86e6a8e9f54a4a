"""
attack: ef-sealed-data
class: escape-fs
tries: writes to, seals, resizes and remaps the descriptors that it was given
must: score 0, verdict wrong|error, no BREACH line, worker alive, next submission graded normally
"""
import torch


def softmax(x, dim):
    return torch.zeros_like(x)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return x.flatten(1)[:, :9]


import ctypes
import fcntl
import mmap
import os

libc = ctypes.CDLL(None, use_errno=True)
for fd in range(3, 64):
    try:
        kind = os.readlink(f"/proc/self/fd/{fd}")
    except OSError:
        continue
    if "memfd" not in kind:
        continue
    for act in (lambda: os.ftruncate(fd, 0), lambda: os.pwrite(fd, b"x", 0), lambda: mmap.mmap(fd, 1),
                lambda: os.open(f"/proc/self/fd/{fd}", os.O_RDWR), lambda: fcntl.fcntl(fd, fcntl.F_ADD_SEALS, 1)):
        try:
            act()
            print("BREACH:ef-sealed-data:" + kind)
        except (OSError, ValueError):
            pass
