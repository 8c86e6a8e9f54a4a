"""
attack: ps-everywhere-read
class: persist
tries: looks for the marks of the one before
must: score 0, verdict wrong|error, no BREACH line, worker alive, next submission graded normally
after: ps-everywhere
"""
import torch

ATTACK = "ps-everywhere-read"
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
import socket

for folder in ("/dev/shm", "/tmp", "/var/tmp", os.environ["HOME"], os.path.dirname(torch.__file__), "/run", "/dev"):
    if os.path.exists(f"{folder}/mark_of_ours"):
        breach("a mark in " + folder)
for name in ("\0mark_of_ours", os.environ["HOME"] + "/mark.sock"):
    try:
        with socket.socket(socket.AF_UNIX) as made:
            made.connect(name)
        breach("a socket " + repr(name))
    except OSError:
        pass
for fd in range(3, 64):
    try:
        if os.lseek(fd, 0, os.SEEK_CUR) == 4242:
            breach(f"the place in descriptor {fd}")
    except OSError:
        pass
