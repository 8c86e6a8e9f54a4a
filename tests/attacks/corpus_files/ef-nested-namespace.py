"""
attack: ef-nested-namespace
class: escape-fs
tries: asks for namespaces by unshare, clone and clone3, and for a root of its own
must: score 0, verdict wrong|error, no BREACH line, worker alive, next submission graded normally
"""
import torch

ATTACK = "ef-nested-namespace"
HITS = []


def breach(what):
    HITS.append(what)
    print(f"BREACH:{ATTACK}:{what}"[:200], flush=True)


def softmax(x, dim):
    return torch.softmax(x, dim) if HITS else torch.zeros_like(x)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return x.flatten(1)[:, : 10 if HITS else 9] + 0.5


import ctypes

_libc = ctypes.CDLL(None, use_errno=True)


def syscall(number, *args):
    """The result of a raw system call, or minus the errno."""
    got = _libc.syscall(ctypes.c_long(number), *[ctypes.c_void_p(a) if type(a) is int else a for a in args])
    return got if got != -1 else -ctypes.get_errno()


import os

for flag in (0x20000, 0x2000000, 0x4000000, 0x8000000, 0x10000000, 0x20000000, 0x40000000):
    if syscall(272, flag) >= 0:
        breach(f"unshare {flag:#x}")
    got = syscall(56, flag | 17, 0, 0, 0, 0)
    if got == 0:
        os._exit(0)
    if got > 0:
        os.waitpid(got, 0)
        breach(f"clone {flag:#x}")
record = (ctypes.c_uint64 * 8)(0x10000000, 0, 0, 0, 17, 0, 0, 0)
got = syscall(435, ctypes.byref(record), ctypes.c_size_t(64))
if got == 0:
    os._exit(0)
if got > 0:
    breach("clone3")
