"""
attack: ps-keyring
class: persist
tries: leaves keys, message queues, semaphores, shared memory, locks and abstract names behind
must: score 0, verdict wrong|error, no BREACH line, worker alive, next submission graded normally
"""
import torch


def softmax(x, dim):
    return torch.zeros_like(x)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return x.flatten(1)[:, :9]


import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)
for number, arguments in ((248, (b"user", b"pwned", b"x", 1, -3)), (68, (0x6177, 0o1666)), (64, (0x6177, 1, 0o1666)), (29, (0x6177, 4096, 0o1666)),
                          (240, (b"pwned", 0o102, 0o666, 0))):
    if libc.syscall(number, *arguments) >= 0:
        print("BREACH:ps-keyring:", number)
for place in ("/dev/mqueue", "/dev/shm", "/run/lock", "/var/lock"):
    try:
        with open(os.path.join(place, "pwned_ps-keyring"), "w") as file:
            file.write("x")
    except OSError:
        pass
