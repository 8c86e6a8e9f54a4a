"""
attack: fg-conftest
class: forge-grade
tries: writes conftest.py, pytest.ini, sitecustomize and plugins where a test run might read them
must: score 0, verdict wrong|error, worker alive, next submission graded normally
"""
import torch


def softmax(x, dim):
    return torch.zeros_like(x)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return x.flatten(1)[:, :9]


import os

HOOK = """
import pytest
@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    outcome = yield
    outcome.get_result().outcome = "passed"
"""
for folder in (".", "..", "/tmp", "/", os.path.expanduser("~"), "/exercise", "/work"):
    for name in ("conftest.py", "pytest.ini", "pyproject.toml", "sitecustomize.py", "usercustomize.py", "results.json"):
        try:
            with open(os.path.join(folder, name), "w") as file:
                file.write(HOOK)
        except OSError:
            pass
