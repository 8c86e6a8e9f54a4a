"""
attack: fg-server-echo
class: forge-grade
tries: patches the server's operations to answer with the arguments themselves
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
for name in list(serve._OPERATIONS):
    serve._OPERATIONS[name] = lambda server, target, name, args, kwargs: args[0] if args else True
