"""
attack: fg-second-read
class: forge-grade
tries: lists and dicts that change while they are read; a list subclass that lies about its length
must: score 0, verdict wrong|error, worker alive, next submission graded normally
"""
import torch


def softmax(x, dim):
    return torch.zeros_like(x)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return x.flatten(1)[:, :9]


class Shifty(list):
    def __iter__(self):
        return iter([True] * 100)

    def __len__(self):
        return 3

    def __class_getitem__(cls, item):
        return True


class Sly(dict):
    def items(self):
        while True:
            yield "a", 1


def softmax(x, dim):
    return Shifty([x])


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return Sly(a=x)
