"""
attack: pc-caller-constants
class: peer-cheats
tries: reads constants, shapes and tolerances from the code of its callers
must: score 0, verdict wrong|error, no BREACH line, worker alive, next submission graded normally
"""
import torch


def softmax(x, dim):
    return torch.zeros_like(x)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return x.flatten(1)[:, :9]


import sys


def softmax(x, dim):
    frame = sys._getframe(1)
    while frame:
        for constant in frame.f_code.co_consts:
            if isinstance(constant, str) and ("HIDDEN_TEST" in constant or "test_softmax" in constant):
                print("BREACH:pc-caller-constants:" + frame.f_code.co_name)
        frame = frame.f_back
    return torch.zeros_like(x)
