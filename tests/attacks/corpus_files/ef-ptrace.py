"""
attack: ef-ptrace
class: escape-fs
tries: attaches to, reads and writes its init, its children's memory and other processes by ptrace and process_vm
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
buffer = ctypes.create_string_buffer(64)
vector = (ctypes.c_void_p * 2)(ctypes.cast(buffer, ctypes.c_void_p).value, 64)
for pid in (1, os.getppid(), 2):
    if libc.ptrace(16, pid, 0, 0) == 0 or libc.ptrace(0x4206, pid, 0, 0) == 0:
        print("BREACH:ef-ptrace:attach", pid)
    if libc.process_vm_readv(pid, vector, 1, vector, 1, 0) > 0 or libc.process_vm_writev(pid, vector, 1, vector, 1, 0) > 0:
        print("BREACH:ef-ptrace:memory", pid)
    if libc.syscall(434, pid, 0) >= 0:
        print("BREACH:ef-ptrace:pidfd", pid)
    if libc.syscall(312, os.getpid(), pid, 0, 0, 0) >= 0:
        print("BREACH:ef-ptrace:kcmp", pid)
