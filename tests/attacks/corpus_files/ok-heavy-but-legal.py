"""
attack: ok-heavy-but-legal
class: honest
tries: a right answer that uses much of what it may: memory, threads, files, recursion, time
must: score full, verdict accepted, worker alive, next submission graded normally
"""
import os
import sys
import tempfile
import threading
import time
import torch
from torch import nn


def softmax(x, dim):
    e = torch.exp(x - x.amax(dim=dim, keepdim=True))
    return e / e.sum(dim=dim, keepdim=True)


class TinyCNN(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(1, 4, 3, padding=1)
        self.fc = nn.Linear(4 * 14 * 14, 10)

    def forward(self, x):
        h = nn.functional.max_pool2d(torch.relu(self.conv(x)), 2)
        return self.fc(h.flatten(1))


sys.setrecursionlimit(5000)
BIG = torch.ones(60_000_000)


def depth(n):
    return 0 if n == 0 else 1 + depth(n - 1)


assert depth(3000) == 3000
threads = [threading.Thread(target=time.sleep, args=(0.05,)) for _ in range(24)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
with tempfile.TemporaryDirectory() as folder:
    for number in range(200):
        with open(os.path.join(folder, str(number)), "wb") as file:
            file.write(bytes(100_000))
torch.save(TinyCNN().state_dict(), "model.pt")
torch.load("model.pt")
