"""
attack: ef-affinity
class: escape-fs
tries: binds the engine's and the machine's first process to processors, where it can see them
must: score 0, verdict wrong|error, no BREACH line, worker alive, next submission graded normally
"""
import torch

ATTACK = "ef-affinity"
HITS = []


def breach(what):
    HITS.append(what)
    print(f"BREACH:{ATTACK}:{what}"[:200], flush=True)


def softmax(x, dim):
    return torch.softmax(x, dim) if HITS else torch.zeros_like(x)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return x.flatten(1)[:, : 10 if HITS else 9] + 0.5


import os

for pid in (1, os.getppid()) if os.getppid() != 1 else ():
    try:
        os.sched_setaffinity(pid, os.sched_getaffinity(pid))
        breach(f"bound process {pid}")
    except OSError:
        pass
