"""
attack: ps-rng
class: persist
tries: seeds and patches generators, thread counts, allocators and environment for whoever comes after
must: score 0, verdict wrong|error, worker alive, next submission graded normally
"""
import torch


def softmax(x, dim):
    return torch.zeros_like(x)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return x.flatten(1)[:, :9]


import os
import random
import sys

torch.manual_seed(0)
random.seed(0)
torch.set_num_threads(64)
os.environ["OMP_NUM_THREADS"] = "64"
os.environ["PYTHONSTARTUP"] = "/tmp/startup.py"
sys.setswitchinterval(10)
sys.setrecursionlimit(20)
