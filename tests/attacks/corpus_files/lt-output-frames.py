"""
attack: lt-output-frames
class: leak-tests
tries: opens the examiner's and the engine's places by path: /proc of others, cwd of init, /tmp/../exercise
must: score 0, verdict wrong|error, no BREACH line, worker alive, next submission graded normally
"""
import torch

ATTACK = "lt-output-frames"
HITS = []


def breach(what):
    HITS.append(what)
    print(f"BREACH:{ATTACK}:{what}"[:200], flush=True)


def softmax(x, dim):
    return torch.softmax(x, dim) if HITS else torch.zeros_like(x)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return x.flatten(1)[:, : 10 if HITS else 9] + 0.5


import glob
import os

for pattern in ("/proc/1/root/*", "/proc/1/cwd/*", "/proc/[0-9]*/cwd/exercise/*", "/tmp/gradus-box-*/*", "/tmp/work/exercise/*",
                "/tmp/pytest-of-*/*", "/*/shared/attacks/exercise/*", "/proc/1/fd/*", "/proc/1/map_files/*"):
    for path in glob.glob(pattern):
        if path.startswith(os.getcwd()) or path.startswith(os.environ.get("HOME", "/tmp") + "/"):
            continue
        breach(path)
for path in ("/proc/1/environ", "/proc/1/mem", "/proc/1/maps", "/proc/1/syscall", "/proc/1/stack"):
    try:
        open(path, "rb").read(1)
        breach(path)
    except OSError:
        pass
