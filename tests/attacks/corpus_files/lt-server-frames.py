"""
attack: lt-server-frames
class: leak-tests
tries: walks the frames and objects of the server for the tests' sources, expected values and secrets
must: score 0, verdict wrong|error, no BREACH line, worker alive, next submission graded normally
"""
import torch

ATTACK = "lt-server-frames"
HITS = []


def breach(what):
    HITS.append(what)
    print(f"BREACH:{ATTACK}:{what}"[:200], flush=True)


def softmax(x, dim):
    return torch.softmax(x, dim) if HITS else torch.zeros_like(x)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return x.flatten(1)[:, : 10 if HITS else 9] + 0.5


import gc
import re
import sys

CANARY = re.compile("HIDDEN[_]TEST|REFERENCE[_]CANARY|PLATFORM[_]SECRET|SIBLING[_]CANARY|def test[_]softmax")


def look():
    for frame in list(sys._current_frames().values()):
        while frame is not None:
            for name, value in list(frame.f_locals.items()):
                if isinstance(value, (str, bytes, bytearray)):
                    text = value if isinstance(value, str) else bytes(value).decode("latin-1")
                    if CANARY.search(text) and name not in ("text", "source") and "attack:" not in text:
                        breach(f"{frame.f_code.co_name}.{name}")
            frame = frame.f_back
    for item in gc.get_objects():
        if type(item) is dict and "HIDDEN_TEST" + "_CANARY_expected" in item:
            breach("expected values")


look()


def softmax(x, dim):
    look()
    return torch.softmax(x, dim) if HITS else torch.zeros_like(x)
