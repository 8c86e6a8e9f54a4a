"""
attack: dm-stack
class: dos-mem
tries: recursion without end in Python, in C through repr, json, pickle and copy
must: score 0|partial, verdict memory|crash|error|wrong|timeout, worker alive, next submission graded normally
"""
import torch


def softmax(x, dim):
    return torch.zeros_like(x)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return x.flatten(1)[:, :9]


import copy
import json
import pickle
import sys
import threading

sys.setrecursionlimit(2**31 - 1)
threading.stack_size(256 << 20)


def softmax(x, dim):
    deep = []
    for _ in range(200_000):
        deep = [deep]
    def fall():
        for act in (repr, json.dumps, pickle.dumps, copy.deepcopy):
            act(deep)
    thread = threading.Thread(target=fall)
    thread.start()
    thread.join()
    return torch.zeros_like(x)
