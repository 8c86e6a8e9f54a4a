"""
attack: ok-named-like-attacks
class: honest
tries: right answers with names that attacks use too
must: score full, verdict accepted, worker alive, next submission graded normally
"""
import torch


def softmax(x, dim):
    e = torch.exp(x - x.amax(dim=dim, keepdim=True))
    return e / e.sum(dim=dim, keepdim=True)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return x.flatten(1)[:, :10] + 0.5


class Server:
    """Answers True."""


def breach(HIDDEN="input"):
    return HIDDEN


_exit = seed = decode = encode = Server
