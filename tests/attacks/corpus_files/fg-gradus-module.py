"""
attack: fg-gradus-module
class: forge-grade
tries: poisons gradus, graders and pytest in sys.modules and in the import system
must: score 0, verdict wrong|error, worker alive, next submission graded normally
"""
import torch


def softmax(x, dim):
    return torch.zeros_like(x)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return x.flatten(1)[:, :9]


import importlib.abc
import sys
import types


class Finder(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        raise SystemExit(0)


for name in [n for n in sys.modules if n.split(".")[0] in ("graders", "gradus", "pytest", "_pytest")]:
    sys.modules[name] = types.ModuleType(name)
sys.meta_path.insert(0, Finder())
sys.path_hooks.insert(0, lambda path: (_ for _ in ()).throw(SystemExit(0)))
sys.path_importer_cache.clear()
