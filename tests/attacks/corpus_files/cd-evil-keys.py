"""
attack: cd-evil-keys
class: codec
tries: dicts and sets with evil keys: NaN, colliding tuples, tensors, hostile __hash__ and __eq__
must: score 0, verdict wrong|error, worker alive, next submission graded normally
"""
import torch


def softmax(x, dim):
    return torch.zeros_like(x)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return x.flatten(1)[:, :9]


class Key:
    def __hash__(self):
        return 1

    def __eq__(self, other):
        raise KeyboardInterrupt


def softmax(x, dim):
    return {float("nan"): 1, (1, (2, (3,))): x, x: 2, Key(): 3, "": 4, b"": 5, None: 6, frozenset({x}): 7}


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return {(i, -i): i for i in range(5000)}
