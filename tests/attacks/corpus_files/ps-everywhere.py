"""
attack: ps-everywhere
class: persist
tries: leaves marks wherever it may write: shared memory, home, tmp, memory files, sockets, module files
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

kept = []
for folder in ("/dev/shm", "/tmp", "/var/tmp", os.environ["HOME"], os.path.dirname(torch.__file__), "/run", "/dev"):
    try:
        with open(f"{folder}/mark_of_ours", "w") as file:
            file.write("was here")
    except OSError:
        pass
for name in ("\0mark_of_ours", os.environ["HOME"] + "/mark.sock"):
    try:
        made = socket.socket(socket.AF_UNIX)
        made.bind(name)
        made.listen()
        kept.append(made)
    except OSError:
        pass
for fd in range(3, 64):
    try:
        os.lseek(fd, 4242, os.SEEK_SET)
    except OSError:
        pass
