"""
attack: en-netlink
class: escape-net
tries: opens netlink, packet, vsock, raw and bluetooth sockets, and lists interfaces and routes
must: score 0, verdict wrong|error, no BREACH line|crash, worker alive, next submission graded normally
"""
import torch


def softmax(x, dim):
    return torch.zeros_like(x)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return x.flatten(1)[:, :9]


import socket

for family in range(1, 46):
    for kind in (1, 2, 3, 5, 10):
        for protocol in (0, 1, 6, 16, 255):
            if family == socket.AF_UNIX:
                continue
            try:
                socket.socket(family, kind, protocol)
                print("BREACH:en-netlink:", family, kind, protocol)
            except (OSError, OverflowError, ValueError):
                pass
try:
    names = [name for _, name in socket.if_nameindex() if name != "lo"]
    if names:
        print("BREACH:en-netlink:interfaces", names)
except OSError:
    pass
