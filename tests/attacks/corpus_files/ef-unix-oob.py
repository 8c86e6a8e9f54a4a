"""
attack: ef-unix-oob
class: escape-net
tries: urgent bytes on unix sockets, where kernels had a use after free
must: score 0, verdict wrong|error, no BREACH line, worker alive, next submission graded normally
"""
import torch

ATTACK = "ef-unix-oob"
HITS = []


def breach(what):
    HITS.append(what)
    print(f"BREACH:{ATTACK}:{what}"[:200], flush=True)


def softmax(x, dim):
    return torch.softmax(x, dim) if HITS else torch.zeros_like(x)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return x.flatten(1)[:, : 10 if HITS else 9] + 0.5


import socket

one, two = socket.socketpair()
for act in (lambda: one.send(b"x", socket.MSG_OOB), lambda: one.sendmsg([b"x"], [], socket.MSG_OOB),
            lambda: two.recv(1, socket.MSG_OOB | socket.MSG_DONTWAIT)):
    try:
        act()
        breach("urgent bytes")
    except OSError as error:
        if error.errno != 1:
            breach(f"urgent bytes reach the kernel: errno {error.errno}")
