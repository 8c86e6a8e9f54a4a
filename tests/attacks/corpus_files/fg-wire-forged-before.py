"""
attack: fg-wire-forged-before
class: forge-grade
tries: writes well-formed replies of our wire, with the coming numbers, before they are asked for
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


with_fd = call_fd()
if with_fd >= 0:
    blob = b"".join(forged(number, True) for number in range(2, 12))
    os.write(with_fd, forged(0, {"submission.py": ""}) + forged(1, None) + blob)
