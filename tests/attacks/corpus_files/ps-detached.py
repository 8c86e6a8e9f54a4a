"""
attack: ps-detached
class: persist
tries: leaves detached threads, timers, children of children and daemons that write a heartbeat
must: score 0, verdict wrong|error|crash|timeout, worker alive, next submission graded normally
"""
import torch


def softmax(x, dim):
    return torch.zeros_like(x)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return x.flatten(1)[:, :9]


import os
import threading
import time


def beat():
    end = time.monotonic() + 20
    while time.monotonic() < end:
        for place in ("/tmp", "/dev/shm", "/var/tmp", "."):
            try:
                with open(os.path.join(place, "heartbeat_ps-detached"), "w") as file:
                    file.write(str(time.time()))
            except OSError:
                pass
        time.sleep(0.05)


for _ in range(4):
    threading.Thread(target=beat).start()
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        for fd in range(64):
            try:
                os.close(fd)
            except OSError:
                pass
        beat()
    os._exit(0)
