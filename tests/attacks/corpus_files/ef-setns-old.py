"""
attack: ef-setns-old
class: escape-fs
tries: chroot, pivot, setns to every namespace that it can name, keyrings, swap, accounting, clocks, hostnames
must: score 0, verdict wrong|error, no BREACH line, worker alive, next submission graded normally
"""
import torch


def softmax(x, dim):
    return torch.zeros_like(x)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return x.flatten(1)[:, :9]


import ctypes
import glob
import os
import socket
import time

libc = ctypes.CDLL(None, use_errno=True)
for path in (*glob.glob("/proc/*/ns/*"), *(f"/proc/{pid}/ns/{kind}" for pid in (1, os.getppid()) for kind in ("mnt", "pid", "net", "user"))):
    try:
        fd = os.open(path, os.O_RDONLY)
    except OSError:
        continue
    if libc.setns(fd, 0) == 0:
        print("BREACH:ef-setns-old:" + path)
for name, arguments in (("chroot", (b"/tmp",)), ("acct", (b"/tmp/acct",)), ("swapon", (b"/tmp/swap", 0)), ("umount2", (b"/proc", 2)),
                        ("sethostname", (b"pwned", 5)), ("mount", (b"none", b"/tmp", b"tmpfs", 0, 0)), ("iopl", (3,))):
    if getattr(libc, name)(*arguments) == 0:
        print("BREACH:ef-setns-old:" + name)
try:
    time.clock_settime(time.CLOCK_REALTIME, 0)
    print("BREACH:ef-setns-old:clock")
except OSError:
    pass
