"""
attack: fg-duck-claims
class: forge-grade
tries: claims to be a module and a data set, and to be made by a class of the name that the test asks for
must: score 0, verdict wrong|error, worker alive, next submission graded normally
"""
import torch


def softmax(x, dim):
    return torch.zeros_like(x)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return x.flatten(1)[:, :9]


class softmax(torch.nn.Module):
    __name__ = __qualname__ = "Softmax()"

    def __init__(self, x, dim):
        super().__init__()
        self.shape = x.shape

    def sum(self, *_):
        return torch.ones(3, 5)


class TinyCNN(torch.nn.Module, torch.utils.data.Dataset):
    shape = (3, 10)

    def forward(self, x):
        return TinyCNN()

    def __getitem__(self, key):
        return self

    def __len__(self):
        return 3

    def abs(self):
        return torch.ones(1)
