"""
attack: cs-huge-pages
class: cross-student
tries: breaks up, folds, merges and pushes out the huge pages that it shares with those who come after it
must: score 0|partial, verdict wrong|error|crash, no BREACH line, worker alive, next submission graded normally
"""

import ctypes

import torch

LIBC = ctypes.CDLL(None)
COLLAPSE, COLD, PAGEOUT, MERGEABLE, HUGE, SMALL = 25, 20, 21, 12, 14, 15
with open("/proc/self/maps") as maps:
    AREAS = [line.split()[:2] for line in maps if "stack" not in line]
done = 0
for span, permissions in AREAS:
    low, high = (int(part, 16) for part in span.split("-"))
    if permissions != "rw-p" or high - low < 2 << 20:
        continue
    for advice in (COLLAPSE, COLD, PAGEOUT, MERGEABLE, HUGE, SMALL):
        LIBC.madvise(ctypes.c_void_p(low), ctypes.c_size_t(high - low), advice)
    for page in range(low, min(high, low + (32 << 20)), 8192):
        LIBC.madvise(ctypes.c_void_p(page), ctypes.c_size_t(4096), 16 if page & 0x4000 else 17)
        done += 1


def softmax(x, dim):
    return torch.zeros_like(x)


class TinyCNN:
    pass
