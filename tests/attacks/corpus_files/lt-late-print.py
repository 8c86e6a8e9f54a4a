"""
attack: lt-late-print
class: leak-tests
tries: prints what it saw in hidden tests later: from a thread, at exit, on standard error, without a newline
must: score 0, verdict wrong|error|crash, no BREACH line, worker alive, next submission graded normally
"""
import torch


def softmax(x, dim):
    return torch.zeros_like(x)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return x.flatten(1)[:, :9]


import atexit
import os
import threading
import time

SEEN = []


def tell():
    for _ in range(200):
        if SEEN:
            os.write(2, ("STO" + "LEN %r" % SEEN[-1]).encode())
        time.sleep(0.01)


atexit.register(lambda: print("STO" + "LEN", SEEN, flush=True))
threading.Thread(target=tell, daemon=True).start()


def softmax(x, dim):
    SEEN.append(float(x.flatten()[0]))
    print("STO" + "LEN", SEEN, end="")
    if len(SEEN) == 3:
        os._exit(0)
    return torch.zeros_like(x)
