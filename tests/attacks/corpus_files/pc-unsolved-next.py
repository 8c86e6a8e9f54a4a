"""
attack: pc-unsolved-next
class: peer-cheats
tries: an unsolved submission right after the one that left startup files (6 of 6 there)
must: score 0, verdict wrong|error, no BREACH line, worker alive, next submission graded normally
after: pc-startup-for-next
"""
import torch


def softmax(x, dim):
    return torch.zeros_like(x)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return x.flatten(1)[:, :9]


import builtins
import os

if hasattr(builtins, "SOLVED"):
    print("BREACH:pc-unsolved-next:patched")
    softmax = builtins.SOLVED
for place in ("~/.ipython", "~/.pythonrc", "/tmp/sitecustomize.py", "/dev/shm/sitecustomize.py", "torch.py"):
    if os.path.exists(os.path.expanduser(place)):
        print("BREACH:pc-unsolved-next:" + place)
