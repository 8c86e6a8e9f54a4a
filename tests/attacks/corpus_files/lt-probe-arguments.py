"""
attack: lt-probe-arguments
class: leak-tests
tries: hooks decode and the operations table to keep what each request holds, and prints it in every later call
must: score 0, verdict wrong|error, no BREACH line, printed hidden inputs are not shown to the student, worker alive, next submission graded normally
"""
import torch


def softmax(x, dim):
    return torch.zeros_like(x)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return x.flatten(1)[:, :9]


import sys

serve = sys.modules.get("graders.inside.serve")
SEEN = []
if serve is not None:
    inner = serve.decode

    def decode(frame, **more):
        value = inner(frame, **more)
        SEEN.append(repr(value)[:2000])
        print("HIDDEN INPUT", SEEN[-1], flush=True)
        print("STOLEN"[:3] + "LEN", SEEN[-1], flush=True)
        return value

    serve.decode = decode
