"""
attack: lt-type-names
class: leak-tests
tries: hides hidden inputs in the names of returned types, fields, files and modules
must: score 0, verdict wrong|error, no BREACH line, worker alive, next submission graded normally
"""
import torch


def softmax(x, dim):
    return torch.zeros_like(x)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return x.flatten(1)[:, :9]


from collections import namedtuple


def softmax(x, dim):
    name = "STO" + "LEN_" + str(int(x.flatten()[0] * 1000)).replace("-", "m")
    return [type(name, (), {}), type(name, (), {})(), namedtuple(name, name)(1)][int(abs(x.flatten()[0] * 1e4)) % 3]


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        name = "STO" + "LEN_" + str(int(x.flatten()[0] * 1000)).replace("-", "m")
        raise ModuleNotFoundError(name, name=name, path=name)
