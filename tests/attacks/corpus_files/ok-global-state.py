"""
attack: ok-global-state
class: honest
tries: a right answer that sets threads, seeds, default types and grad mode, as notebooks do
must: score full, verdict accepted, worker alive, next submission graded normally
"""
import random

import numpy as np
import torch
from torch import nn


def softmax(x, dim):
    e = torch.exp(x - x.amax(dim=dim, keepdim=True))
    return e / e.sum(dim=dim, keepdim=True)


class TinyCNN(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(1, 4, 3, padding=1)
        self.fc = nn.Linear(4 * 14 * 14, 10)

    def forward(self, x):
        h = nn.functional.max_pool2d(torch.relu(self.conv(x)), 2)
        return self.fc(h.flatten(1))


torch.manual_seed(0)
np.random.seed(0)
random.seed(0)
torch.set_num_threads(2)
torch.set_default_dtype(torch.float32)
torch.set_printoptions(precision=3)
torch.backends.cudnn.deterministic = True
torch.use_deterministic_algorithms(True)
torch.autograd.set_detect_anomaly(True)
device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
torch.set_grad_enabled(False)
