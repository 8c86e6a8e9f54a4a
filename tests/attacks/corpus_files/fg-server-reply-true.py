"""
attack: fg-server-reply-true
class: forge-grade
tries: patches the server of graders.inside to answer True to everything
must: score 0, verdict wrong|error|crash|timeout, worker alive, next submission graded normally
"""
import torch


def softmax(x, dim):
    return torch.zeros_like(x)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return x.flatten(1)[:, :9]


import sys

serve = sys.modules["graders.inside.serve"]
_reply = serve._Server._reply
serve._Server._reply = lambda self, *, value=None, error=None, changes=b"", limit=2**24: _reply(
    self, value=True, changes=b"", limit=limit)
