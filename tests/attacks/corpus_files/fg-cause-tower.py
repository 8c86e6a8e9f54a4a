"""
attack: fg-cause-tower
class: forge-grade
tries: exceptions raised from towers and rings of others, whose __cause__ ends the process when it is read, or is named after the input
must: score 0, verdict error, worker alive, next submission graded normally
"""
import torch

WORD = "STOLEN"  # in no line that a traceback would quote


class Boom(AssertionError):
    __cause__ = property(lambda self: (_ for _ in ()).throw(SystemExit(0)))


def raised_from(error, cause):
    BaseException.__cause__.__set__(error, cause)
    return error


def softmax(x, dim):
    named = type(WORD + "_".join(str(value) for value in x.flatten()[:3].tolist()), (ValueError,), {})
    error = named(WORD + repr(x))
    for number in range(5000):
        error = raised_from(Boom("y" * 10**4, number), error)
    raise raised_from(ValueError(WORD), named(WORD)) if x.dim() == 2 else error


class TinyCNN(torch.nn.Module):
    def __init__(self):
        ring = ValueError("round")
        raise raised_from(ring, ring)
