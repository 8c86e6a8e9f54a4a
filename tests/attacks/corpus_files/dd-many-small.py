"""
attack: dd-many-small
class: dos-disk
tries: a hundred thousand small files in many folders, hard links and long names
must: score 0|partial, verdict wrong|error|crash|timeout, worker alive, next submission graded normally
"""
import torch


def softmax(x, dim):
    return torch.zeros_like(x)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return x.flatten(1)[:, :9]


import os


def softmax(x, dim):
    for folder in range(300):
        try:
            os.mkdir(f"f{folder}")
            for number in range(300):
                with open(f"f{folder}/{'n' * 200}{number}", "w") as file:
                    file.write("x")
        except OSError:
            break
    raise OSError("enough")
