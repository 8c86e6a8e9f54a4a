"""
attack: ef-watchers
class: escape-fs
tries: watches the machine by inotify, fanotify, dnotify, leases and file locks
must: score 0, verdict wrong|error, no BREACH line, worker alive, next submission graded normally
"""
import torch


def softmax(x, dim):
    return torch.zeros_like(x)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return x.flatten(1)[:, :9]


import ctypes
import fcntl
import os

libc = ctypes.CDLL(None, use_errno=True)
if libc.inotify_init1(0) >= 0:
    print("BREACH:ef-watchers:inotify")
if libc.syscall(300, 0, 0) >= 0:
    print("BREACH:ef-watchers:fanotify")
for path in ("/usr/lib", "/etc/hosts", os.__file__):
    try:
        fd = os.open(path, os.O_RDONLY)
    except OSError:
        continue
    for command, argument in ((fcntl.F_NOTIFY, fcntl.DN_MODIFY), (fcntl.F_SETLEASE, fcntl.F_RDLCK)):
        try:
            fcntl.fcntl(fd, command, argument)
            print("BREACH:ef-watchers:", command)
        except OSError:
            pass
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        print("BREACH:ef-watchers:flock", path)
    except OSError:
        pass
