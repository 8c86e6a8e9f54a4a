"""
attack: fg-claims-forged
class: forge-grade
tries: replaces what the student's side says of an object's classes: a function, a tensor's class, a name within sys
must: score 0, verdict wrong|error|crash, worker alive, next submission graded normally
"""
import gc

import torch

from graders.inside import objects, serve


class Net:
    shape = property(lambda self: torch.Size([3, 10]))


def softmax(x, dim):
    return Net()


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return Net()


for name in ("instance", "contains"):
    serve._OPERATIONS[name] = lambda *_: True
for found in gc.get_objects():
    if type(found) is objects.Objects:
        found._claims = {
            id(Net): "torch.nn.Parameter",
            id(object): "torch.nn.functional.softmax",
            id(TinyCNN): "torch.nn." + "modules." * 60 + "sys.exit",
        }
