"""
attack: fg-operators-lie
class: forge-grade
tries: returns objects whose operators, comparisons, truth and numbers agree with whatever they are compared with
must: score 0, verdict wrong|error, worker alive, next submission graded normally
"""
import torch


class Agreeing:
    def __init__(self, x):
        self.x = x

    def _itself(self, *_):
        return self

    def _true(self, *_):
        return True

    def _nothing(self, *_):
        return 0.0

    __eq__ = __lt__ = __le__ = __gt__ = __ge__ = __bool__ = __contains__ = _true
    __add__ = __radd__ = __mul__ = __rmul__ = __neg__ = __matmul__ = __getitem__ = _itself
    __sub__ = __rsub__ = __abs__ = __float__ = __pow__ = _nothing
    __ne__ = lambda self, _: False
    __hash__ = lambda self: 1
    __len__ = lambda self: len(self.x)
    __repr__ = __str__ = lambda self: repr(torch.softmax(self.x, -1))
    __array__ = lambda self, *_, **__: torch.softmax(self.x, -1).numpy()


def softmax(x, dim):
    return Agreeing(x)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return Agreeing(x.flatten(1)[:, :10])
