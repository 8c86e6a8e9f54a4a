"""
attack: cd-wire-dtypes
class: codec
tries: forges tensors of every code, size and flag, and devices and dtypes that torch may not make
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


BODIES = [b"x" + struct.pack("<BBB", code, 3, 1) + struct.pack("<Q", 1) + bytes(16) for code in (0, 9, 15, 16, 255)]
BODIES += [b"x" + struct.pack("<BBB", 7, 0, 8) + struct.pack("<8Q", *[2**63] * 8),
           b"x" + struct.pack("<BBB", 7, 1, 2) + struct.pack("<2Q", 0, 2**31),
           b"v" + b"s" + struct.pack("<I", 6) + b"vulkan" + struct.pack("<q", 127),
           b"y" + b"s" + struct.pack("<I", 5) + b"bits8", b"z" + struct.pack("<I", 512) + b"\xff" * 512,
           b"h" + b"h" * 40, b"l" * 5000, b"m" + struct.pack("<I", 1) + b"l" + struct.pack("<I", 0) + b"N",
           b"j" + struct.pack("<I", 2**31), b"s" + struct.pack("<I", 2) + b"\xed\xa0", b"k" + struct.pack("<I", 0)]


def raw(number, body):
    data = b"t" + struct.pack("<I", 5) + b"i" + struct.pack("<q", number) + b"T" + body + b"b" + bytes(4) + b"t" + bytes(4)
    return b"GRA1" + struct.pack("<I", len(data)) + data


turn = [0]


def softmax(x, dim):
    turn[0] += 1
    number = request_number()
    os.write(call_fd(), raw(number, BODIES[(number * 7 + turn[0]) % len(BODIES)]))
    raise SystemExit
