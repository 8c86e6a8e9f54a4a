"""
attack: fg-platform-error
class: dos-output
tries: starves its init of the processor, then floods, so that the engine must end it by force and may call it the platform's fault
must: score 0, verdict output|timeout|crash, worker alive, next submission graded normally
"""
import torch


def softmax(x, dim):
    return torch.zeros_like(x)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return x.flatten(1)[:, :9]


import os

for _ in range(85):
    if os.fork() == 0:
        while True:
            pass
line = b"flood " * 2000 + bytes([10])
while True:
    os.write(1, line)
