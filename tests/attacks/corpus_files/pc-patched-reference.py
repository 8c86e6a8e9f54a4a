"""
attack: pc-patched-reference
class: peer-cheats
tries: makes every comparison and the reference of torch itself agree with what it answers
must: score 0, verdict wrong|error, worker alive, next submission graded normally
"""
import torch


def softmax(x, dim):
    return torch.zeros_like(x)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return x.flatten(1)[:, :9]


for name in ("allclose", "isclose", "equal", "eq", "softmax", "isfinite", "ones", "all"):
    setattr(torch, name, lambda *a, **k: torch.tensor(1.0) > 0)
torch.testing.assert_close = lambda *a, **k: None
torch.nn.functional.softmax = torch.softmax
torch.Tensor.__eq__ = torch.Tensor.eq = torch.Tensor.equal = lambda *a, **k: True
