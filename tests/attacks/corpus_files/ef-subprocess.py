"""
attack: ef-subprocess
class: escape-fs
tries: starts programs by subprocess, os.system, popen and multiprocessing spawn
must: score 0, verdict wrong|error|timeout, worker alive, next submission graded normally
"""
import torch


def softmax(x, dim):
    return torch.zeros_like(x)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return x.flatten(1)[:, :9]


import multiprocessing
import os
import subprocess

for start in (lambda: subprocess.run(["id"], check=False), lambda: os.popen("id").read(), lambda: os.system("touch /tmp/pwned_ef-subprocess"),
              lambda: os.execv("/bin/sh", ["sh", "-c", "id"])):
    try:
        start()
    except Exception as error:
        print(type(error).__name__)


def softmax(x, dim):
    process = multiprocessing.get_context("spawn").Process(target=print)
    process.start()
    return torch.zeros_like(x)
