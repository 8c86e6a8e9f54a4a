"""
attack: ef-foreign-abi
class: escape-fs
tries: calls the kernel by int 0x80 and by x32 numbers from machine code of its own
must: score 0, verdict wrong|error|crash, no BREACH line, worker alive, next submission graded normally
"""
import torch

ATTACK = "ef-foreign-abi"
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


import mmap
import os
import platform


def run(code):
    page = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    page.write(code)
    address = ctypes.addressof(ctypes.c_char.from_buffer(page))
    return ctypes.CFUNCTYPE(ctypes.c_long)(address)()


INT80_GETPID = bytes.fromhex("b814000000cd80c3")
X32_GETPID = bytes.fromhex("b8270000400f05c3")
if platform.machine() == "x86_64":
    for code in (INT80_GETPID, X32_GETPID):
        child = os.fork()
        if child == 0:
            os._exit(7 if run(code) > 0 else 0)
        _, status = os.waitpid(child, 0)
        if os.WIFEXITED(status) and os.WEXITSTATUS(status) == 7:
            breach("a foreign system call went through")
