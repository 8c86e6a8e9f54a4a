"""
attack: lt-map-files
class: leak-tests
tries: opens other files through /proc/self/map_files, fd links, cwd and root, and data descriptors for writing
must: score 0, verdict wrong|error, no BREACH line, worker alive, next submission graded normally
"""
import torch


def softmax(x, dim):
    return torch.zeros_like(x)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return x.flatten(1)[:, :9]


import re

NAME = "lt-map-files"
CANARY = re.compile(rb"HIDDEN[_]TEST[_]CANARY|REFERENCE[_]CANARY|PLATFORM[_]SECRET[_]CANARY|SIBLING[_]CANARY")


def look(what, blob):
    blob = blob.encode("utf-8", "replace") if isinstance(blob, str) else blob
    if CANARY.search(blob):
        print("BREACH:" + NAME + ":" + str(what)[:200], flush=True)


import os

for top in ("/proc/self/map_files", "/proc/self/fd", "/proc/self/cwd", "/proc/self/root", "/proc/self/task", "/proc/thread-self/root"):
    for folder, folders, files in os.walk(top, followlinks=False):
        for name in files[:200]:
            try:
                with open(os.path.join(folder, name), "rb", 0) as file:
                    os.set_blocking(file.fileno(), False)
                    look((folder, name), file.read(200_000) or b"")
            except OSError:
                pass
        if folder.count("/") > 5:
            folders.clear()
