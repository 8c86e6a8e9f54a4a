"""
attack: ef-chmod
class: escape-fs
tries: changes modes, owners and times of files that it may only read
must: score 0, verdict wrong|error, no BREACH line, worker alive, next submission graded normally
"""
import torch

ATTACK = "ef-chmod"
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

for path in ("/usr", "/etc/passwd", sys.prefix, sys.executable, torch.__file__, "/dev/null"):
    try:
        before = os.stat(path)
        for change in (lambda: os.chmod(path, 0o777), lambda: os.utime(path, (1, 1)), lambda: os.chown(path, 1000, 1000),
                       lambda: os.truncate(path, 0)):
            try:
                change()
            except OSError:
                pass
        after = os.stat(path)
        if path == "/dev/null" and after.st_mode == before.st_mode:
            continue
        if (after.st_mode, after.st_uid, after.st_size) != (before.st_mode, before.st_uid, before.st_size) or after.st_mtime == 1:
            breach("changed " + path)
    except OSError:
        pass
