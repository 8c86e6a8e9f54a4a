"""
attack: pc-forged-json
class: peer-cheats
tries: prints a forged result and leaves with status 0 (full marks where the last line or the status is believed)
must: score 0, verdict crash|error, worker alive, next submission graded normally
"""
import torch


def softmax(x, dim):
    return torch.zeros_like(x)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return x.flatten(1)[:, :9]


import json
import os

print(json.dumps({"score": 100, "tests": [{"name": n, "score": 1, "max_score": 1} for n in "abcdef"], "all": True}), flush=True)
os._exit(0)
