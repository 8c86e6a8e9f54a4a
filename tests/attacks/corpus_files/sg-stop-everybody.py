"""
attack: sg-stop-everybody
class: signal
tries: stops all its own processes and itself
must: score 0|partial, verdict timeout|crash, worker alive, next submission graded normally
"""
import torch


def softmax(x, dim):
    return torch.zeros_like(x)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return x.flatten(1)[:, :9]


import os
import signal


def softmax(x, dim):
    if os.fork() == 0:
        os.setsid()
        os.kill(os.getppid(), signal.SIGSTOP)
        os._exit(0)
    signal.pause()
