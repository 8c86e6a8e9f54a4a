"""
attack: lt-core-pattern
class: leak-tests
tries: dumps core in its home, in a pipe and by gcore, and reads what comes
must: score 0|partial, verdict crash|error|wrong, no BREACH line, worker alive, next submission graded normally
"""
import torch


def softmax(x, dim):
    return torch.zeros_like(x)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return x.flatten(1)[:, :9]


import os
import resource
import signal

try:
    resource.setrlimit(resource.RLIMIT_CORE, (-1, -1))
except (OSError, ValueError):
    pass
pid = os.fork()
if pid == 0:
    os.kill(os.getpid(), signal.SIGABRT)
os.waitpid(pid, 0)
for name in os.listdir("."):
    if name.startswith("core"):
        print("BREACH:lt-core-pattern:" + name)
