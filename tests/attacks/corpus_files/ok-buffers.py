"""
attack: ok-buffers
class: honest
tries: a right answer by an honest student who also prints, tracks, forks, uses threads, sockets and files
must: score full, verdict accepted, worker alive, next submission graded normally
"""
import torch


def softmax(x, dim):
    e = torch.exp(x - x.amax(dim=dim, keepdim=True))
    return e / e.sum(dim=dim, keepdim=True)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return x.flatten(1)[:, :10] + 0.5


import concurrent.futures
import multiprocessing
import os
import socket
import tempfile

from gradus import track

with tempfile.TemporaryDirectory() as folder:
    torch.save({"a": torch.ones(2)}, folder + "/a.pt")
    assert torch.load(folder + "/a.pt", weights_only=True)["a"].sum() == 2
with concurrent.futures.ThreadPoolExecutor(4) as pool:
    assert sum(pool.map(len, ["ab", "c"])) == 3
one, two = socket.socketpair()
one.send(b"x")
assert two.recv(1) == b"x"
child = multiprocessing.get_context("fork").Process(target=print, args=("from a child",))
child.start()
child.join()
track(1, loss=0.5)
os.chmod("submission.py", 0o600)
print("hello", "\u4f60\u597d")
