"""The patterns in which tests are ordinarily written: each works, or refuses with a sentence that says what to do."""

from __future__ import annotations

from tests.graders.border.conftest import Grade
from tests.graders.border.patterns import REFUSED, SUBMISSION, WORKING


def test_ordinary_patterns_work(grade: Grade) -> None:
    graded = grade(WORKING, SUBMISSION)
    assert not graded.broken, graded.broken
    wrong = [f"{name}:\n{graded.test(name)['detail']}" for name, end in graded.outcomes.items() if end != "passed"]
    assert not wrong, "\n\n".join(wrong)
    assert len(graded.outcomes) >= 50


def test_what_does_not_cross_says_what_to_do(grade: Grade) -> None:
    tests = "".join(f"def test_{name}(student, request):\n    {body}\n\n" for name, body, _ in REFUSED)
    graded = grade(tests, SUBMISSION)
    assert not graded.broken, graded.broken
    silent = []
    for name, _, words in REFUSED:
        end = graded.test(f"test_{name}")
        if end["outcome"] == "passed" or words not in end["detail"]:
            silent.append(f"{name} ({end['outcome']}), wanted {words!r}:\n{end['detail']}")
    assert not silent, "\n\n".join(silent)


NATURAL = """
from collections import namedtuple
import torch
from torch import nn
RATE = 1
Best = namedtuple("Best", "index count")
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(2, 2)
class Documented:
    'What it is.'
class Bare: pass
def best(): return Best(3, 4)
def rate(): return RATE
def load(name):
    try:
        open(name)
    except OSError as error:
        raise RuntimeError("cannot load") from error
def endless():
    error = ValueError("round and round")
    error.__cause__ = error
    raise error
class Forged(ValueError):
    @property
    def __cause__(self): raise SystemExit(0)
def forged(): raise Forged("x")
"""


def test_what_stands_for_an_object_here_answers_as_it_would(grade: Grade) -> None:
    tests = """
    def test_fields_named_like_methods(student):
        best = student.best()
        assert (best.index, best.count) == (3, 4) and best == (3, 4)

    def test_classes(student):
        net = student.Net()
        assert isinstance(net, student.Net) and not isinstance(net, student.Documented)
        assert isinstance(net, torch.nn.Module) and isinstance(net.fc, torch.nn.Linear)
        assert not isinstance(net, torch.nn.Linear) and not isinstance(3, student.Net)

    def test_documentation(student):
        assert student.Documented.__doc__ == "What it is." and student.Documented.__name__ == "Documented"

    def test_no_documentation(student):
        assert student.Bare.__doc__ is None

    def test_patched(student, monkeypatch):
        monkeypatch.setattr(student, "RATE", 3)
        assert student.rate() == 3

    def test_put_back(student):
        assert student.rate() == 1

    def test_causes(student):
        with pytest.raises(RuntimeError) as caught:
            student.load("nowhere")
        assert isinstance(caught.value.__cause__, FileNotFoundError)
        with pytest.raises(ValueError, match="round") as caught:
            student.endless()
        with pytest.raises(ValueError) as caught:
            student.forged()
        assert caught.value.__cause__ is None
    """
    graded = grade(tests, NATURAL)
    assert not graded.broken, graded.broken
    wrong = [f"{name}:\n{graded.test(name)['detail']}" for name, end in graded.outcomes.items() if end != "passed"]
    assert not wrong, "\n\n".join(wrong)


def test_what_a_student_spoils_is_no_fault_of_the_tests(grade: Grade) -> None:
    submission = """
    def reshape(a): a.shape = (3, 2)
    def deep():
        value = 1
        for _ in range(31): value = [value]
        return value
    def take(value): return 1
    """
    tests = """
    import numpy as np
    def test_an_array_of_another_shape(student):
        assert student.reshape(np.zeros((2, 3))) is None

    def test_a_value_too_deep_to_be_sent_back(student):
        assert student.take(student.deep()) == 1
    """
    graded = grade(tests, submission)
    assert set(graded.outcomes.values()) == {"failed"}
    assert all(graded.test(name)["student_error"] for name in graded.outcomes)


def test_a_folder_of_the_tests_own_and_classes_in_probes(grade: Grade) -> None:
    tests = """
    def subclassed(submission):
        class Twice(submission.Counter):
            def __len__(self):
                return 2 * super().__len__()
        return len(Twice(3))

    def test_a_subclass_in_a_probe(student):
        assert student.run(subclassed) == 6

    def test_a_folder(student, tmp_path):
        torch.save(student.Net().state_dict(), tmp_path / "net.pt")
        assert "fc1.weight" in torch.load(tmp_path / "net.pt")

    @pytest.fixture(scope="module")
    def net(student):
        return student.Net()

    def test_scope(net):
        assert net
    """
    graded = grade(tests, SUBMISSION)
    assert graded.outcomes == {"test_a_subclass_in_a_probe": "passed", "test_a_folder": "passed", "test_scope": "error"}
    assert graded.keys("test_scope") == ["test-broken"]
