"""
attack: lt-proc-cmdline
class: leak-tests
tries: reads command lines, statuses, mounts, cgroups, wchan, stacks and file tables of all processes for paths and words
must: score 0, verdict wrong|error, no BREACH line, worker alive, next submission graded normally
"""
import torch


def softmax(x, dim):
    return torch.zeros_like(x)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return x.flatten(1)[:, :9]


import re

NAME = "lt-proc-cmdline"
CANARY = re.compile(rb"HIDDEN[_]TEST[_]CANARY|REFERENCE[_]CANARY|PLATFORM[_]SECRET[_]CANARY|SIBLING[_]CANARY")


def look(what, blob):
    blob = blob.encode("utf-8", "replace") if isinstance(blob, str) else blob
    if CANARY.search(blob):
        print("BREACH:" + NAME + ":" + str(what)[:200], flush=True)


import os

for pid in [name for name in os.listdir("/proc") if name.isdigit()] if os.access("/proc", os.R_OK) else range(1, 400):
    for name in ("cmdline", "environ", "maps", "mountinfo", "cgroup", "fdinfo/0", "stack", "syscall", "auxv", "comm"):
        try:
            with open(f"/proc/{pid}/{name}", "rb") as file:
                look((pid, name), file.read(1 << 20))
        except OSError:
            pass
    try:
        for fd in os.listdir(f"/proc/{pid}/fd"):
            with open(f"/proc/{pid}/fd/{fd}", "rb", 0) as file:
                os.set_blocking(file.fileno(), False)
                look((pid, fd), file.read(1 << 20) or b"")
    except OSError:
        pass
