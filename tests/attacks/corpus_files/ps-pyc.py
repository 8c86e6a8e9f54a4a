"""
attack: ps-pyc
class: persist
tries: plants byte code, .pth files, startup files and torch extensions wherever an interpreter may look
must: score 0, verdict wrong|error, no BREACH line, worker alive, next submission graded normally
"""
import torch


def softmax(x, dim):
    return torch.zeros_like(x)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return x.flatten(1)[:, :9]


import marshal
import os
import py_compile
import site
import sys

for folder in (*sys.path, *site.getsitepackages(), site.getusersitepackages(), os.path.dirname(torch.__file__)):
    for name in ("evil.pth", "__pycache__/os.cpython-311.pyc", "sitecustomize.py", "torch/__pycache__/__init__.cpython-311.pyc"):
        path = os.path.join(folder, name)
        try:
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "wb") as file:
                file.write(marshal.dumps(compile("print('BREACH:ps-pyc:ran')", "x", "exec")))
            if not os.path.realpath(path).startswith(os.path.realpath(os.path.expanduser("~"))):
                print("BREACH:ps-pyc:" + path)
        except OSError:
            pass
try:
    py_compile.compile(os.__file__, doraise=True)
    print("BREACH:ps-pyc:compiled")
except OSError:
    pass
