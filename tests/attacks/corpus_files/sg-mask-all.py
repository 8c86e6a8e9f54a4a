"""
attack: sg-mask-all
class: signal
tries: blocks and ignores every signal in every thread and child, then waits
must: score 0, verdict timeout|crash|error|wrong, worker alive, next submission graded normally
"""
import torch


def softmax(x, dim):
    return torch.zeros_like(x)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return x.flatten(1)[:, :9]


import os
import signal
import threading
import time

signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
for number in signal.valid_signals():
    try:
        signal.signal(number, signal.SIG_IGN)
    except (OSError, ValueError):
        pass
for _ in range(3):
    os.fork()
threading.Thread(target=time.sleep, args=(60,)).start()
time.sleep(60)
