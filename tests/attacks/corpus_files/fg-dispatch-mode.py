"""
attack: fg-dispatch-mode
class: forge-grade
tries: leaves torch function and dispatch modes, hooks and default types on for what comes after
must: score 0, verdict wrong|error, worker alive, next submission graded normally
"""
import torch


def softmax(x, dim):
    return torch.zeros_like(x)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return x.flatten(1)[:, :9]


from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode


class Ones(TorchDispatchMode):
    def __torch_dispatch__(self, function, types, args=(), kwargs=None):
        out = function(*args, **(kwargs or {}))
        return torch.ones_like(out) if isinstance(out, torch.Tensor) and out.is_floating_point() else out


class Shapes(TorchFunctionMode):
    def __torch_function__(self, function, types, args=(), kwargs=None):
        return function(*args, **(kwargs or {}))


Shapes().__enter__()


def softmax(x, dim):
    torch.set_default_dtype(torch.float64)
    torch.set_default_device("meta")
    Ones().__enter__()
    return torch.zeros_like(x)
