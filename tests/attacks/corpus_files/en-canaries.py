"""
attack: en-canaries
class: escape-net
tries: knocks on the canaries by every road: connect, sendto, connect_ex, asyncio, urllib, dns, passed descriptors
must: score 0, verdict wrong|error, no BREACH line|crash, worker alive, next submission graded normally
"""
import torch


def softmax(x, dim):
    return torch.zeros_like(x)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return x.flatten(1)[:, :9]


import asyncio
import socket
import urllib.request

for road in (lambda: urllib.request.urlopen("http://127.0.0.1:47999/", timeout=1), lambda: socket.create_connection(("localhost", 47999), 1),
             lambda: socket.create_connection(("::1", 47999), 1), lambda: socket.getaddrinfo("example.com", 80),
             lambda: asyncio.run(asyncio.wait_for(asyncio.open_connection("127.0.0.1", 47999), 1))):
    try:
        road()
        print("BREACH:en-canaries:tcp")
    except Exception:
        pass
for name in ("/tmp/canary.sock", "\0platform-canary", "/run/docker.sock", "/var/run/docker.sock", "/run/systemd/notify", "/dev/log"):
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_SEQPACKET):
        try:
            knock = socket.socket(socket.AF_UNIX, kind)
            knock.connect(name)
            print("BREACH:en-canaries:" + name)
        except OSError:
            pass
try:
    socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"knock", ("127.0.0.1", 47999))
    print("BREACH:en-canaries:udp sent")
except OSError:
    pass
