"""
attack: cs-look-around
class: cross-student
tries: looks for other students: processes, homes, shared memory, sockets, users, open files
must: score 0, verdict wrong|error, no BREACH line, worker alive, next submission graded normally
"""
import torch

ATTACK = "cs-look-around"
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
import sys

me, mine = os.getpid(), os.getuid()
for name in os.listdir("/proc") if os.path.exists("/proc/1/comm") else []:
    if name.isdigit() and int(name) not in (1, me):
        breach("a process " + name)
if os.path.isdir("/dev/shm") and os.listdir("/dev/shm"):
    breach("shared memory of others")
home = os.environ["HOME"]
ours = {path[len(home) + 1 :].split("/")[0] for path in (sys.prefix, sys.base_prefix, torch.__file__, sys.modules["graders"].__file__) if path.startswith(home + "/")}
if set(os.listdir(home)) - ours != {"work"}:  # interpreter and package may lie below /tmp
    breach(f"others in {home}: {os.listdir(home)}")
