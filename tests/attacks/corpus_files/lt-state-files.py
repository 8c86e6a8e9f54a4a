"""
attack: lt-state-files
class: leak-tests
tries: keeps what it sees in files, environment and shared memory, for the student that comes after it dies
must: score 0, verdict crash|error|wrong, no BREACH line, worker alive, next submission graded normally
"""
import torch


def softmax(x, dim):
    return torch.zeros_like(x)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return x.flatten(1)[:, :9]


import os

PLACES = (".", "/tmp", "/dev/shm", os.path.expanduser("~"), "/var/tmp", "/run")
for place in PLACES:
    try:
        for name in os.listdir(place):
            if name.startswith("kept_"):
                print("STO" + "LEN", "BREACH:lt-state-files:" + place, flush=True)
    except OSError:
        pass


def softmax(x, dim):
    for place in PLACES:
        try:
            with open(os.path.join(place, "kept_" + str(os.getpid())), "a") as file:
                file.write(str(x.flatten()[:8].tolist()))
        except OSError:
            pass
    os._exit(3)
