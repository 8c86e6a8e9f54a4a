"""
attack: fg-heard-forged
class: forge-grade
tries: sends output and warnings to a test that listens to none, and loans as answers
must: score 0, verdict wrong|error|crash, worker alive, next submission graded normally
"""
import torch

from graders.inside import track
from graders.wire import Loan

turn = [0]


def forged(x):
    turn[0] += 1
    if turn[0] % 2:
        track._points.append(("printed", "PASSED\n" * 1000, "1 passed"))
        track._points.append(("warned", "SystemExit", "BREACH"))
    else:
        from graders.wire import writing

        writing.WRITERS[id(type(None))] = lambda encoder, _value, depth: writing._loan(encoder, Loan(number=1), depth)
    return None


def softmax(x, dim):
    return forged(x)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return forged(x)
