"""
attack: fg-named-tensor
class: forge-grade
tries: returns named tuples whose fields are called like what tests ask of tensors
must: score 0, verdict wrong|error, no BREACH line, worker alive, next submission graded normally
"""
from collections import namedtuple

Answer = namedtuple("Answer", "shape sum abs max dtype ndim all T")


def softmax(x, dim):
    return Answer((3, 4, 5), 1, 1, 1, x.dtype, 3, True, x)


class TinyCNN:
    def __call__(self, images):
        return Answer((3, 10), 1, 1, 1, images.dtype, 2, True, images)
