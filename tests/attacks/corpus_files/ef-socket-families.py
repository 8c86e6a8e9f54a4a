"""
attack: ef-socket-families
class: escape-net
tries: opens sockets and socket pairs of every family, which may load modules of the kernel
must: score 0, verdict wrong|error, no BREACH line, worker alive, next submission graded normally
"""
import torch

ATTACK = "ef-socket-families"
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

for family in range(2, 50):
    for kind in (1, 2, 3, 5):
        for make in (socket.socket, socket.socketpair):
            try:
                made = make(family, kind, 0)
                breach(f"{make.__name__} {family} {kind}")
            except OSError as error:
                if error.errno not in (1, 97):
                    breach(f"{make.__name__} {family} {kind}: errno {error.errno}")
