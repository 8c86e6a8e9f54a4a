"""
attack: fg-wire-changes
class: forge-grade
tries: forges changes to arguments that it was not sent, of the wrong kind, and self-containing
must: score 0, verdict wrong|error|crash|timeout, worker alive, next submission graded normally
"""
import torch


def softmax(x, dim):
    return torch.zeros_like(x)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return x.flatten(1)[:, :9]


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


from graders.wire import encode

BAD = [((0, "list", [1]),), ((99, "tensor", None, True, None),), ((-1, "dict", {}),), ((0, "tensor", 1, True, None),), 7]


def softmax(x, dim):
    os.write(call_fd(), forged(request_number(), x, encode(BAD[request_number() % len(BAD)])))
    return torch.zeros_like(x)
