"""
attack: fg-testing-patched
class: forge-grade
tries: patches torch.testing, torch.isfinite, builtins and pytest's modules in its own process
must: score 0, verdict wrong|error, worker alive, next submission graded normally
"""
import torch


def softmax(x, dim):
    return torch.zeros_like(x)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return x.flatten(1)[:, :9]


import builtins
import sys
import types

torch.testing.assert_close = lambda *a, **k: None
torch.isfinite = lambda *a, **k: torch.tensor(True)
torch.equal = torch.allclose = lambda *a, **k: True
for name in ("pytest", "_pytest", "graders.examiner", "graders.examiner.check"):
    sys.modules[name] = types.ModuleType(name)
builtins.len = lambda *a: 1
builtins.isinstance = lambda *a: True
