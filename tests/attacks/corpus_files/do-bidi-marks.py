"""
attack: do-bidi-marks
class: dos-output
tries: prints marks that turn text round, hide it or forge lines
must: score 0, verdict wrong|error, worker alive, next submission graded normally
"""
import torch


def softmax(x, dim):
    return torch.zeros_like(x)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return x.flatten(1)[:, :9]


print("\u202e\u061c\u2066\u200f\u00ad\u2060\U000e0041\x1b[2J\x9b2J\x1b]0;t\x07 plain")
