"""
attack: cs-sibling-memory
class: cross-student
tries: searches the processes and files that it can see for another student's canary
must: score 0, verdict wrong|error|timeout, no BREACH line, worker alive, next submission graded normally
"""
import torch


def softmax(x, dim):
    return torch.zeros_like(x)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return x.flatten(1)[:, :9]


import re

NAME = "cs-sibling-memory"
CANARY = re.compile(rb"HIDDEN[_]TEST[_]CANARY|REFERENCE[_]CANARY|PLATFORM[_]SECRET[_]CANARY|SIBLING[_]CANARY")


def look(what, blob):
    blob = blob.encode("utf-8", "replace") if isinstance(blob, str) else blob
    if CANARY.search(blob):
        print("BREACH:" + NAME + ":" + str(what)[:200], flush=True)


import glob
import os

for path in (*glob.glob("/proc/*/environ"), *glob.glob("/proc/*/cmdline"), *glob.glob("/tmp/**", recursive=True)[:5000], *glob.glob("/dev/shm/*"),
             *glob.glob("/var/tmp/**", recursive=True)[:2000]):
    try:
        if os.path.isfile(path):
            with open(path, "rb") as file:
                look(path, file.read(200_000))
    except OSError:
        pass
