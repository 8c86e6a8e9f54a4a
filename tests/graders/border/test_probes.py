"""student.run, student.seed, student.timed; what the sandbox may see of a probe; seeds."""

from __future__ import annotations

from tests.graders.border.conftest import Grade

SUBMISSION = """
import random, torch, numpy as np
class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = torch.nn.Linear(3, 2)
def draw(): return random.random(), torch.rand(1).item(), float(np.random.rand())
def slow():
    import time
    time.sleep(0.2)
    return 5
def patched_clock():
    import time
    sleep, time.perf_counter, time.monotonic = time.sleep, lambda: 0.0, lambda: 0.0
    sleep(0.2)
def find():
    import gc, sys, linecache
    hits = [k for k in linecache.cache if "<probe" in k]
    hits += [m for m in sys.modules if m == "probe"]
    for o in gc.get_objects():
        if type(o) is dict and any("PROBE_CANARY" in v for v in list(o.values()) if type(v) is str):
            hits.append("dict")
    return hits
"""


def test_a_probe_runs_inside_with_the_submission(grade: Grade) -> None:
    tests = """
    import numpy as np
    from torch import nn
    def count(submission, factor=1):
        '''PROBE_CANARY'''
        model = submission.Net()
        assert isinstance(model, nn.Module) and np.float64
        return sum(p.numel() for p in model.parameters()) * factor

    def grads(submission, x):
        model = submission.Net()
        model.fc(x).sum().backward()
        return {name: p.grad for name, p in model.named_parameters()}

    def broken(submission):
        return submission.nothing

    def test_probe(student):
        assert student.run(count) == 8
        assert student.run(count, factor=2) == 16
        assert student.run(grads, torch.ones(1, 3))["fc.weight"].tolist() == [[1.0] * 3] * 2
        with pytest.raises(AttributeError):
            student.run(broken)

    def test_nothing_is_left_of_a_probe(student):
        student.run(count)
        assert student.find() == []

    def test_refused(student):
        kept = 1
        student.run(lambda submission: kept)

    def test_library_function(student):
        student.run(torch.relu)
    """
    graded = grade(tests, SUBMISSION)
    assert graded.outcomes == {
        "test_probe": "passed",
        "test_nothing_is_left_of_a_probe": "passed",
        "test_refused": "error",
        "test_library_function": "error",
    }, graded.events
    assert "uses kept of the function around it" in graded.test("test_refused")["detail"]


def test_seeds_repeat_with_the_secret_and_differ_without(grade: Grade) -> None:
    tests = """
    import random, numpy as np
    def test_a(student):
        ours = random.random(), torch.rand(1).item(), np.random.rand()
        feedback("drawn", theirs=str(student.draw()), ours=str(ours))

    def test_b(student):
        feedback("drawn", theirs=str(student.draw()))

    def test_seed(student):
        student.seed(3)
        first = student.draw()
        student.seed(3)
        torch.manual_seed(3)
        assert student.draw() == first and first[1] == torch.rand(1).item()
    """
    one, again, other = (grade(tests, SUBMISSION, seed=seed) for seed in (1, 1, 2))
    values = [graded.test("test_a")["findings"][0]["values"] for graded in (one, again, other)]
    assert values[0] == values[1]
    assert values[0]["theirs"] != values[2]["theirs"]
    assert values[0]["ours"] != values[2]["ours"]
    assert values[0]["ours"] != values[0]["theirs"], "a student must not be able to draw the hidden inputs"
    assert one.test("test_b")["findings"][0]["values"]["theirs"] != values[0]["theirs"]
    assert one.outcomes["test_seed"] == "passed"


def test_time_is_taken_outside(grade: Grade) -> None:
    tests = """
    def test_timed(student):
        value, seconds = student.timed(student.slow)
        assert value == 5 and 0.2 <= seconds < 1.0
        _, seconds = student.timed(student.patched_clock)
        assert seconds >= 0.2
    """
    assert grade(tests, SUBMISSION).outcomes == {"test_timed": "passed"}
