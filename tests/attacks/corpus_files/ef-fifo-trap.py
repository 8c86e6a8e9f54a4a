"""
attack: ef-fifo-trap
class: escape-fs
tries: leaves fifos, sockets, devices and endless links where whoever cleans up might open them
must: score 0, verdict wrong|error, worker alive, next submission graded normally
"""
import torch


def softmax(x, dim):
    return torch.zeros_like(x)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return x.flatten(1)[:, :9]


import os
import socket
import stat

for number in range(50):
    for make in (lambda p: os.mkfifo(p), lambda p: os.mknod(p, stat.S_IFBLK | 0o666, os.makedev(8, 0)),
                 lambda p: os.symlink(p, p), lambda p: os.symlink("/dev/zero", p), lambda p: os.symlink("/etc/hosts", p)):
        try:
            make(f"trap{number}-{id(make)}")
        except OSError:
            pass
try:
    socket.socket(socket.AF_UNIX).bind("trap.sock")
except OSError:
    pass
