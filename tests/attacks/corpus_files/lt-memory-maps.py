"""
attack: lt-memory-maps
class: leak-tests
tries: reads all its own readable memory through /proc/self/mem and ctypes for what its ancestors held
must: score 0, verdict wrong|error, no BREACH line, worker alive, next submission graded normally
"""
import torch

ATTACK = "lt-memory-maps"
HITS = []


def breach(what):
    HITS.append(what)
    print(f"BREACH:{ATTACK}:{what}"[:200], flush=True)


def softmax(x, dim):
    return torch.softmax(x, dim) if HITS else torch.zeros_like(x)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return x.flatten(1)[:, : 10 if HITS else 9] + 0.5


import re

CANARY = re.compile(rb"HIDDEN[_]TEST[_]CANARY|REFERENCE[_]CANARY|PLATFORM[_]SECRET[_]CANARY|SIBLING[_]CANARY")


def scan():
    try:
        maps, mem = open("/proc/self/maps").read().splitlines(), open("/proc/self/mem", "rb", 0)
    except OSError:
        return
    for line in maps:
        span, mode, *rest = line.split()
        if not mode.startswith("rw") or "stack" in line:
            continue
        start, end = (int(part, 16) for part in span.split("-"))
        for at in range(start, min(end, start + (96 << 20)), 8 << 20):
            try:
                mem.seek(at)
                found = CANARY.search(mem.read(min(8 << 20, end - at)))
            except (OSError, ValueError, OverflowError):
                break
            if found:
                return breach(f"{found.group()!r} in {rest[-1:]}")


scan()
