"""
attack: ok-jupyter-leftovers
class: honest
tries: a notebook exported as it was: display calls, IPython magics as comments, plt as comments
must: score full, verdict accepted, worker alive, next submission graded normally
"""
# %matplotlib inline
# In[1]:
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


# In[2]:
softmax(torch.tensor([1.0, 2.0]), 0)
_ = TinyCNN()
try:
    display(_)
except NameError:
    pass
