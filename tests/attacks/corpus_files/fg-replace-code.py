"""
attack: fg-replace-code
class: forge-grade
tries: exchanges the code of the server's functions, and of builtins by ctypes
must: score 0, verdict wrong|error|crash|timeout, worker alive, next submission graded normally
"""
import torch


def softmax(x, dim):
    return torch.zeros_like(x)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return x.flatten(1)[:, :9]


import sys

inside = sys.modules.get("graders.inside.serve")
if inside is not None:
    def always(self, *a, **k):
        return True

    for name, value in list(vars(inside._Server).items()):
        if callable(value) and name not in ("run", "__init__", "_answer"):
            try:
                value.__code__ = always.__code__
            except (ValueError, AttributeError, TypeError):
                pass
