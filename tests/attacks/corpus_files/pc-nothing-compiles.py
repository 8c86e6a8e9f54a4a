"""
attack: pc-nothing-compiles
class: peer-cheats
tries: turns all code that is compiled after it into nothing, as an input transformer does
must: score 0, verdict wrong|error|crash|timeout, worker alive, next submission graded normally
"""
import torch


def softmax(x, dim):
    return torch.zeros_like(x)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return x.flatten(1)[:, :9]


import ast
import builtins

_compile = builtins.compile
builtins.compile = lambda source, *a, **k: _compile("pass", *a, **k)
builtins.exec = lambda *a, **k: None
builtins.eval = lambda *a, **k: True
ast.parse = lambda *a, **k: ast.Module([], [])
