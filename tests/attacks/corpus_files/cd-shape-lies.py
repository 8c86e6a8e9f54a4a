"""
attack: cd-shape-lies
class: codec
tries: tensors whose sizes, strides and storage change while they are written
must: score 0, verdict wrong|error|crash|timeout, worker alive, next submission graded normally
"""
import torch


def softmax(x, dim):
    return torch.zeros_like(x)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return x.flatten(1)[:, :9]


import threading


def softmax(x, dim):
    answer = torch.zeros(64)

    def twist():
        for _ in range(3000):
            answer.resize_(1)
            answer.untyped_storage().resize_(4)
            answer.resize_(100_000)

    threading.Thread(target=twist, daemon=True).start()
    return [answer] * 200
