"""
attack: fg-operations
class: forge-grade
tries: replaces the table of operations, so that every call returns a quarter and seeding does nothing
must: score 0|partial, verdict wrong|error|crash, no BREACH line, worker alive, next submission graded normally
"""
import sys

import torch

table = sys.modules["graders.inside.serve"]._OPERATIONS
table["call"] = lambda *_: torch.full((3, 4, 5), 0.25)
table["seed"] = lambda *_: None


def softmax(x, dim):
    return x


class TinyCNN:
    pass
