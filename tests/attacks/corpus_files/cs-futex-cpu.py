"""
attack: cs-futex-cpu
class: cross-student
tries: starves siblings: burns all processors, caches and file handles while it waits
must: score 0|partial, verdict wrong|error|timeout|crash, worker alive, next submission graded normally
"""
import torch


def softmax(x, dim):
    return torch.zeros_like(x)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return x.flatten(1)[:, :9]


import os
import threading


def softmax(x, dim):
    kept = []
    try:
        while True:
            kept.append(os.open("/dev/null", os.O_RDONLY))
    except OSError:
        pass
    for fd in kept:
        os.close(fd)
    threads = [threading.Thread(target=lambda: sum(range(2_000_000))) for _ in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return torch.zeros_like(x)
