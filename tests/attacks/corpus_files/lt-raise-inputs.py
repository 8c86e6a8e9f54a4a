"""
attack: lt-raise-inputs
class: leak-tests
tries: raises exceptions that carry what it is given: messages, notes, groups, causes, file names
must: score 0, verdict wrong|error, no BREACH line, worker alive, next submission graded normally
"""
import torch


def softmax(x, dim):
    return torch.zeros_like(x)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return x.flatten(1)[:, :9]


WORD = "STO" + "LEN"


def softmax(x, dim):
    text = f"{WORD} {x.flatten()[:8].tolist()}"
    if x.dim() == 3:
        error = KeyError(text)
        error.add_note(text)
        raise error from OSError(28, text, text)
    if x.dim() == 1:
        raise ExceptionGroup(text, [ValueError(text)])
    raise type(text, (ValueError,), {"__module__": text, "__qualname__": text})(text)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        exec(compile(f"raise ValueError({WORD!r})", WORD, "exec"), {"__name__": WORD})
