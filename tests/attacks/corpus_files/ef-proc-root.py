"""
attack: ef-proc-root
class: escape-fs
tries: leaves through /proc/*/root, /proc/*/cwd and descriptors of folders
must: score 0, verdict wrong|error, no BREACH line, worker alive, next submission graded normally
"""
import torch


def softmax(x, dim):
    return torch.zeros_like(x)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return x.flatten(1)[:, :9]


import os

for pid in [1, 2, 3, os.getppid(), "self"]:
    for link in ("root", "cwd"):
        for inside in ("etc/shadow", "root/.ssh/id_rsa", "tmp/canary.sock", "etc/machine-id"):
            try:
                with open(f"/proc/{pid}/{link}/{inside}", "rb") as file:
                    print("BREACH:ef-proc-root:" + file.name)
            except OSError:
                pass
for fd in range(256):
    try:
        if os.path.isdir(f"/proc/self/fd/{fd}"):
            os.open("..", os.O_RDONLY, dir_fd=fd)
            print("BREACH:ef-proc-root:folder", fd)
    except OSError:
        pass
