"""
attack: ef-remount-write
class: escape-fs
tries: writes below every mount that it sees, byte code caches, its interpreter and the running package
must: score 0, verdict wrong|error, no BREACH line, worker alive, next submission graded normally
"""
import torch


def softmax(x, dim):
    return torch.zeros_like(x)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return x.flatten(1)[:, :9]


import os
import sys
import sysconfig

PLACES = {sys.prefix, sys.base_prefix, sysconfig.get_paths()["purelib"], os.path.dirname(torch.__file__), "/usr", "/usr/bin",
          os.path.dirname(sys.modules["graders"].__file__), "/etc", "/proc", "/sys", "/var", "/var/tmp", "/run", "/home", "/root", "/"}
for line in open("/proc/self/mountinfo"):
    PLACES.add(line.split()[4])
home = os.path.realpath(".")
for place in PLACES:
    if home.startswith(place + "/") and place == "/tmp" or place in ("/dev/shm", "/tmp"):
        continue
    try:
        with open(os.path.join(place, "pwned_ef-remount-write"), "w") as file:
            file.write("x")
        print("BREACH:ef-remount-write:" + place)
    except OSError:
        pass
try:
    with open(os.__file__, "r+b"):
        print("BREACH:ef-remount-write:library")
except OSError:
    pass
