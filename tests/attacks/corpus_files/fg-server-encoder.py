"""
attack: fg-server-encoder
class: forge-grade
tries: patches the encoder's writers so that any tensor is written as ones of its shape
must: score 0|partial, verdict wrong|error|crash, worker alive, next submission graded normally
"""
import torch


def softmax(x, dim):
    return torch.zeros_like(x)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return x.flatten(1)[:, :9]


from graders.wire import encoding

real = encoding._WRITERS[id(torch.Tensor)]
encoding._WRITERS[id(torch.Tensor)] = lambda encoder, value, depth: real(encoder, torch.full_like(value, float("inf")), depth)
