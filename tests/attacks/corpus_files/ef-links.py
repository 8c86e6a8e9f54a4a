"""
attack: ef-links
class: escape-fs
tries: hard links, renames and moves across what it may write and what it may only read
must: score 0, verdict wrong|error, no BREACH line, worker alive, next submission graded normally
"""
import torch

ATTACK = "ef-links"
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

home = os.environ["HOME"]
targets = ["/etc/passwd", torch.__file__, sys.executable, "/usr/bin/env"]
for number, path in enumerate(targets):
    for act in (lambda: os.link(path, f"{home}/link{number}"), lambda: os.rename(path, f"{home}/moved{number}"),
                lambda: os.replace(f"{home}/work/submission.py", path + ".new"),
                lambda: os.link(f"{home}/work/submission.py", os.path.join(os.path.dirname(path), "pwned_link"))):
        try:
            act()
            breach("linked or moved " + path)
        except OSError:
            pass
