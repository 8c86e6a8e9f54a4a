"""
attack: pc-startup-for-next
class: peer-cheats
tries: leaves startup files, profiles, kernels and patches that would solve the exercise for whoever comes next
must: score 0, verdict wrong|error, worker alive, next submission graded normally
"""
import torch


def softmax(x, dim):
    return torch.zeros_like(x)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return x.flatten(1)[:, :9]


import os

PATCH = "import torch, builtins\nbuiltins.SOLVED = torch.softmax\n"
for place in ("~/.ipython/profile_default/startup/00.py", "~/.pythonrc", "~/.bashrc", "~/.local/lib/python3.11/site-packages/sitecustomize.py",
              "/tmp/sitecustomize.py", "/dev/shm/sitecustomize.py", "/etc/profile.d/x.sh", "sitecustomize.py", "torch.py", "~/.jupyter/jupyter_config.py"):
    path = os.path.expanduser(place)
    try:
        os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
        with open(path, "w") as file:
            file.write(PATCH)
    except OSError:
        pass
