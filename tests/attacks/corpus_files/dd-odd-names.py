"""
attack: dd-odd-names
class: dos-disk
tries: files with names that no text holds, no list shows and no shell survives
must: score 0, verdict wrong|error, worker alive, next submission graded normally
"""
import torch


def softmax(x, dim):
    return torch.zeros_like(x)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return x.flatten(1)[:, :9]


import os

for name in (b"\xff\xfe", b"-rf", b"new\nline", b" ", b"\x1b[2J", b"*", b"a" * 255, b"..\x01", b"$(id)", b"\xe2\x80\xae"):
    try:
        os.makedirs(name + b"/" + name, exist_ok=True)
        with open(name + b"/file", "wb") as file:
            file.write(b"x")
    except OSError:
        pass
