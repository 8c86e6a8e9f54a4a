"""
attack: lt-self-mem
class: leak-tests
tries: reads every readable mapping of its own, and of whoever it can open, for secrets
must: score 0, verdict wrong|error, no BREACH line, worker alive, next submission graded normally
"""
import torch


def softmax(x, dim):
    return torch.zeros_like(x)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return x.flatten(1)[:, :9]


import re

NAME = "lt-self-mem"
CANARY = re.compile(rb"HIDDEN[_]TEST[_]CANARY|REFERENCE[_]CANARY|PLATFORM[_]SECRET[_]CANARY|SIBLING[_]CANARY")


def look(what, blob):
    blob = blob.encode("utf-8", "replace") if isinstance(blob, str) else blob
    if CANARY.search(blob):
        print("BREACH:" + NAME + ":" + str(what)[:200], flush=True)


import os
import time

END = time.monotonic() + 2


def scan(pid):
    for line in open(f"/proc/{pid}/maps"):
        span, mode = line.split()[:2]
        if not mode.startswith("rw") or "[vsyscall]" in line or time.monotonic() > END:
            continue
        begin, end = (int(part, 16) for part in span.split("-"))
        with open(f"/proc/{pid}/mem", "rb", 0) as memory:
            memory.seek(begin)
            look((pid, span), memory.read(min(end - begin, 4 << 20)))


for pid in ("self", os.getppid(), 1, 2):
    try:
        scan(pid)
    except OSError:
        pass
