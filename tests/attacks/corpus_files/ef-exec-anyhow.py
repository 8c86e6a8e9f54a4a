"""
attack: ef-exec-anyhow
class: escape-fs
tries: executes programs: from memory, through the loader, by posix_spawn, vfork, and a script of its own
must: score 0, verdict wrong|error, no BREACH line, worker alive, next submission graded normally
"""
import torch

ATTACK = "ef-exec-anyhow"
HITS = []


def breach(what):
    HITS.append(what)
    print(f"BREACH:{ATTACK}:{what}"[:200], flush=True)


def softmax(x, dim):
    return torch.softmax(x, dim) if HITS else torch.zeros_like(x)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return x.flatten(1)[:, : 10 if HITS else 9] + 0.5


import ctypes

_libc = ctypes.CDLL(None, use_errno=True)


def syscall(number, *args):
    """The result of a raw system call, or minus the errno."""
    got = _libc.syscall(ctypes.c_long(number), *[ctypes.c_void_p(a) if type(a) is int else a for a in args])
    return got if got != -1 else -ctypes.get_errno()


import os
import subprocess


def tries():
    yield lambda: subprocess.run(["/usr/bin/env", "true"], check=True)
    yield lambda: os.posix_spawn("/bin/true", ["true"], {})
    fd = os.open(os.environ["HOME"] + "/prog", os.O_CREAT | os.O_RDWR, 0o700)
    os.write(fd, open("/bin/true", "rb").read())
    os.close(fd)
    yield lambda: subprocess.run([os.environ["HOME"] + "/prog"], check=True)
    yield lambda: subprocess.run(["/lib64/ld-linux-x86-64.so.2", "/bin/true"], check=True)

    def memory():
        made = os.memfd_create("x")
        os.write(made, open("/bin/true", "rb").read())
        subprocess.run([f"/proc/self/fd/{made}"], check=True, pass_fds=[made])

    yield memory


for act in tries():
    try:
        act()
        breach("executed something")
    except (OSError, subprocess.SubprocessError):
        pass
