"""
attack: fg-trace-hooks
class: forge-grade
tries: sets trace, profile and audit hooks that change what the server returns
must: score 0, verdict wrong|error|crash|timeout, worker alive, next submission graded normally
"""
import torch


def softmax(x, dim):
    return torch.zeros_like(x)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return x.flatten(1)[:, :9]


import sys
import threading


def tracer(frame, event, argument):
    if event == "return" and frame.f_code.co_name in ("put", "_reply", "_answer", "encode"):
        frame.f_locals.clear()
    return tracer


sys.setprofile(tracer)
sys.settrace(tracer)
threading.settrace(tracer)
sys.addaudithook(lambda event, args: None)
