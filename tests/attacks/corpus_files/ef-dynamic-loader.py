"""
attack: ef-dynamic-loader
class: escape-fs
tries: loads shared objects of its own by ctypes, memfd, LD_PRELOAD and executable memory, and calls execve from them
must: score 0, verdict wrong|error, no BREACH line, worker alive, next submission graded normally
"""
import torch


def softmax(x, dim):
    return torch.zeros_like(x)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return x.flatten(1)[:, :9]


import ctypes
import mmap
import os
import sys

os.environ["LD_PRELOAD"] = os.path.abspath("evil.so")
with open("evil.so", "wb") as file:
    file.write(b"\x7fELF" + bytes(400))
for path in ("./evil.so", "/proc/self/fd/3"):
    try:
        ctypes.CDLL(path)
        print("BREACH:ef-dynamic-loader:" + path)
    except OSError:
        pass
libc = ctypes.CDLL(None, use_errno=True)
arguments = (ctypes.c_char_p * 3)(sys.executable.encode(), b"-c", None)
if os.fork() == 0:
    libc.execve(sys.executable.encode(), arguments, None)
    libc.execveat(-100, sys.executable.encode(), arguments, None, 0)
    os._exit(0)
page = mmap.mmap(-1, 4096, prot=7)
page.write(b"\xb8\x3b\x00\x00\x00\x0f\x05\xc3")
try:
    os.posix_spawn("/bin/true", ["true"], {})
    print("BREACH:ef-dynamic-loader:spawn")
except OSError:
    pass
