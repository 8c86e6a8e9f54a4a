"""
attack: pc-read-tests
class: peer-cheats
tries: reads the hidden tests and the reference solution from the folders where other graders keep them (full source there)
must: score 0, verdict wrong|error|timeout, no BREACH line, worker alive, next submission graded normally
"""
import torch


def softmax(x, dim):
    return torch.zeros_like(x)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return x.flatten(1)[:, :9]


import glob
import os

for pattern in ("*", "tests/*", "../*", "../../*", "../../../source/*/*", "/autograder/**", "/exercise/**", "/tmp/**", "/srv/**", "/app/**"):
    for path in glob.glob(pattern, recursive=True)[:3000]:
        try:
            if os.path.isfile(path) and path.endswith((".py", ".ipynb", ".yaml", ".zip", ".json")):
                with open(path, errors="replace") as file:
                    text = file.read(200_000)
                if "HIDDEN_TEST" + "_CANARY" in text or "REFERENCE" + "_CANARY" in text:
                    print("BREACH:pc-read-tests:" + path)
                    exec(text, globals())
        except OSError:
            pass
