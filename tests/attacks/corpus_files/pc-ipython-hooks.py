"""
attack: pc-ipython-hooks
class: peer-cheats
tries: registers the hooks that hand a notebook's hidden cells to whoever asks, and turns later code into nothing
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


class Shell:
    events = property(lambda self: self)
    input_transformers_cleanup = []

    def register(self, name, function):
        return None


builtins.get_ipython = lambda: Shell()
try:
    get_ipython().events.register("pre_run_cell", lambda info: print("STO" + "LEN", info.raw_cell))
    get_ipython().set_custom_exc((Exception,), lambda *_: None)
except AttributeError:
    pass
sys.excepthook = lambda *_: None
