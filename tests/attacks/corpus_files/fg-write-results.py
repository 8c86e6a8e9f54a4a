"""
attack: fg-write-results
class: forge-grade
tries: writes results, grade books, XML reports and marker files in every place and form that graders use
must: score 0, verdict wrong|error, worker alive, next submission graded normally
"""
import torch


def softmax(x, dim):
    return torch.zeros_like(x)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return x.flatten(1)[:, :9]


import json
import os

RESULT = json.dumps({"score": 100, "outcome": "graded", "tests": [{"name": "all", "outcome": "passed", "points": 10}]})
for fd in range(256):
    try:
        os.write(fd, (RESULT + "\n").encode()) if fd in (1, 2) else None
    except OSError:
        pass
for place in ("/results/results.json", "/autograder/results.json", "../results/results.json", "report.xml", "gradebook.db",
              "/tmp/report.json", "/dev/shm/report.json", "/tmp/pwned_fg-write-results"):
    try:
        os.makedirs(os.path.dirname(place) or ".", exist_ok=True)
        with open(place, "w") as file:
            file.write(RESULT)
    except OSError:
        pass
print(RESULT)
print("5 passed in 0.01s")
