"""
attack: fg-hostile-dict
class: forge-grade
tries: dicts and default dicts with evil keys and values that are references to themselves
must: score 0, verdict wrong|error, worker alive, next submission graded normally
"""
import torch


def softmax(x, dim):
    return torch.zeros_like(x)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return x.flatten(1)[:, :9]


from collections import ChainMap, Counter, OrderedDict, UserDict, defaultdict


def softmax(x, dim):
    loop = {}
    loop["shape"] = loop
    return {3: loop, 1: defaultdict(lambda: 1, shape=x.shape)}.get(x.dim(), UserDict(shape=x.shape))


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return OrderedDict({float("nan"): 1, (1, (2, (3,))): Counter(a=1)}) if len(x) == 3 else ChainMap({"sum": 1})
