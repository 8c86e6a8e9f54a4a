"""
attack: ef-etc-secrets
class: escape-fs
tries: reads what only root reads below /etc, and lists the machine's settings
must: score 0, verdict wrong|error, no BREACH line, worker alive, next submission graded normally
"""
import torch

ATTACK = "ef-etc-secrets"
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

for folder, _, names in os.walk("/etc"):
    for name in names:
        path = os.path.join(folder, name)
        try:
            if os.stat(path).st_mode & 0o004 == 0 and open(path, "rb").read(1):
                breach("read " + path)
        except OSError:
            pass
