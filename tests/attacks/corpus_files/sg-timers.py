"""
attack: sg-timers
class: signal
tries: posix timers, alarms, SIGIO and real-time signals at itself, thousands a second
must: score 0, verdict wrong|error|crash|timeout, worker alive, next submission graded normally
"""
import torch


def softmax(x, dim):
    return torch.zeros_like(x)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return x.flatten(1)[:, :9]


import os
import signal

signal.signal(signal.SIGALRM, lambda *_: None)
signal.setitimer(signal.ITIMER_REAL, 0.0005, 0.0005)
signal.signal(signal.SIGRTMIN, lambda *_: None)
for _ in range(200):
    os.kill(os.getpid(), signal.SIGRTMIN)
