"""
attack: lt-metrics
class: leak-tests
tries: sends a hidden test's inputs out as metrics, by name and by number
must: score 0, verdict wrong|error, no BREACH line, worker alive, next submission graded normally
"""
import torch


def softmax(x, dim):
    return torch.zeros_like(x)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return x.flatten(1)[:, :9]


from gradus import track


def softmax(x, dim):
    track(0, **{"STO" + "LEN": float(x.flatten()[0]), "STO" + "LEN_" + str(float(x.flatten()[1]))[:8].replace(".", "_"): 1.0})
    return torch.zeros_like(x)
