"""
attack: fg-load-error-huge
class: forge-grade
tries: answers load with an error so large that no packet between examiner and engine holds it, for an exercise_error
must: score 0, verdict error|crash, worker alive, next submission graded normally
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

WIDE = chr(0x1F600) * 200
frames = [{"file": WIDE, "line": 1, "name": WIDE, "source": WIDE} for _ in range(20)]
error = {"kind": "load", "type": WIDE, "base": "", "message": WIDE * 10, "args": None, "frames": frames, "errno": None,
         "name": WIDE, "key": WIDE}
encoder = Encoder()
encoder.put((0, False, error, b"", ()))
os.write(call_fd(), b"GRA1" + struct.pack("<I", len(encoder.out)) + bytes(encoder.out))
import time

time.sleep(2)
