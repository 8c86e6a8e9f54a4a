"""
attack: pc-three-gigabytes
class: peer-cheats
tries: takes three gigabytes and all the time there is (unlimited there)
must: score 0, verdict memory|timeout|error|crash, worker alive, next submission graded normally
"""
import torch


def softmax(x, dim):
    return torch.zeros_like(x)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return x.flatten(1)[:, :9]


BIG = [torch.ones(1 << 28) for _ in range(3)]
while True:
    pass
