"""
attack: lt-exception-names
class: leak-tests
tries: hides hidden inputs in exception types, messages, notes, attributes and made-up frames
must: score 0, verdict wrong|error, no BREACH line, worker alive, next submission graded normally
"""
import torch


def softmax(x, dim):
    return torch.zeros_like(x)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return x.flatten(1)[:, :9]


def softmax(x, dim):
    name = "STO" + "LEN_" + str(int(x.flatten()[0] * 1000)).replace("-", "m")
    kind = type(name, (ValueError,), {"__module__": name})
    error = kind(name)
    error.add_note(name)
    code = compile(f"def {name}(error):\n    raise error\n", __file__, "exec")
    made = {}
    exec(code, made)
    made[name](error)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        name = "STO" + "LEN_" + str(int(x.flatten()[0] * 1000)).replace("-", "m")
        raise AttributeError(name, name=name, obj=type(name, (), {})())
