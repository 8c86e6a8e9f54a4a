"""
attack: en-landlock-tcp-fastopen
class: escape-net
tries: reaches the canaries by connect, sendto, unix path and abstract name through inherited and new sockets
must: score 0, verdict wrong|error, no BREACH line, worker alive, next submission graded normally
"""
import torch

ATTACK = "en-landlock-tcp-fastopen"
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


def reach(family, kind, address):
    with socket.socket(family, kind) as made:
        made.settimeout(0.2)
        if kind == socket.SOCK_STREAM:
            made.connect(address)
        made.sendto(b"x", address) if kind == socket.SOCK_DGRAM else made.send(b"x")
    breach(f"reached {address!r}")


for target in ((socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", 47999)), (socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", 47999)),
               (socket.AF_INET6, socket.SOCK_STREAM, ("::ffff:127.0.0.1", 47999)),
               (socket.AF_UNIX, socket.SOCK_STREAM, "/tmp/canary" + ".sock"),
               (socket.AF_UNIX, socket.SOCK_DGRAM, "/dev/log"),
               (socket.AF_UNIX, socket.SOCK_STREAM, "\0platform" + "-canary")):
    try:
        reach(*target)
    except OSError:
        pass
