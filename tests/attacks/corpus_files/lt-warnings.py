"""
attack: lt-warnings
class: leak-tests
tries: warns and logs what it is given: the texts of warnings, log records, hooks and finalizers
must: score 0, verdict wrong|error, no BREACH line, printed hidden inputs are not shown to the student, worker alive, next submission graded normally
"""
import torch


def softmax(x, dim):
    return torch.zeros_like(x)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return x.flatten(1)[:, :9]


import atexit
import logging
import sys
import warnings

WORD = "STO" + "LEN"


def tell(x):
    text = f"{WORD} HIDDEN INPUT {x.flatten()[:8].tolist()}"
    warnings.warn(text, stacklevel=1)
    logging.error(text)
    sys.__stderr__.write(text + "\n")
    sys.unraisablehook = lambda args: print(text)
    atexit.register(print, text)


def softmax(x, dim):
    tell(x)
    return torch.zeros_like(x)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        tell(x)
        return x.flatten(1)[:, :9]
