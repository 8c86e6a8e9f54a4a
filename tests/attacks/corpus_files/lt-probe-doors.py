"""
attack: lt-probe-doors
class: leak-tests
tries: patches compile, exec and the probe builder in its process; looks for tests in linecache and modules
must: score 0, verdict wrong|error, no BREACH line, worker alive, next submission graded normally
"""
import torch

ATTACK = "lt-probe-doors"
HITS = []


def breach(what):
    HITS.append(what)
    print(f"BREACH:{ATTACK}:{what}"[:200], flush=True)


def softmax(x, dim):
    return torch.softmax(x, dim) if HITS else torch.zeros_like(x)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return x.flatten(1)[:, : 10 if HITS else 9] + 0.5


import linecache
import sys

for name in list(sys.modules):
    if "test_hidden" in name or name.startswith(("graders.examiner", "_pytest", "pytest")):
        breach("a module of the examiner: " + name)
for name in linecache.cache:
    if "hidden" in name:
        breach(name)
