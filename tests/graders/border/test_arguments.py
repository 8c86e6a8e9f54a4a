"""Rule 3: arguments are copied in and changes are copied back; nothing else crosses."""

from __future__ import annotations

from tests.graders.border.conftest import Grade

SUBMISSION = """
import numpy as np, torch
def normalise_(x):
    x -= x.mean()
    return x
def normalise(x): return x - x.mean()
def through_numpy(x): x.numpy()[...] = 7
def through_data(x): x.data.add_(1)
def fill(buffer, values):
    for value in values: buffer.append(value)
def rename(mapping): mapping["new"] = mapping.pop("old")
def discard(s): s.discard(1)
def scale(array): array *= 2
def backward(x): (x * x).sum().backward()
def unsqueeze(x): x.unsqueeze_(0)
def swap(pair): pair[0], pair[1] = pair[1], pair[0]
def nest(x):
    x["inner"][0] += 5
    x["list"].append(x["inner"])
def fail_halfway(x):
    x.zero_()
    raise ValueError("too late")
def apply(f, x): return f(x)
def build(cls, *sizes): return cls(*sizes).weight.shape
def same(a, b): return a is b
def needs_grad(x): return x.requires_grad, x.is_leaf
"""


def test_an_input_changed_in_place_is_seen(grade: Grade) -> None:
    tests = """
    @pytest.mark.parametrize("name", ["normalise_", "through_numpy", "through_data"])
    def test_leaves_its_input_alone(student, name):
        x = torch.arange(4.0)
        before = x.clone()
        student[name](x)
        torch.testing.assert_close(x, before)

    def test_honest(student):
        x = torch.arange(4.0)
        before = x.clone()
        student.normalise(x)
        torch.testing.assert_close(x, before)
    """
    assert grade(tests, SUBMISSION).outcomes == {"test_leaves_its_input_alone": "failed", "test_honest": "passed"}


def test_changes_come_back(grade: Grade) -> None:
    tests = """
    import numpy as np
    def test_containers(student):
        buffer = [0]
        student.fill(buffer, (1, 2, 3))
        assert buffer == [0, 1, 2, 3]
        mapping = {"old": 1}
        student.rename(mapping)
        assert mapping == {"new": 1}
        numbers = {1, 2}
        student.discard(numbers)
        assert numbers == {2}
        array = np.arange(3.0)
        student.scale(array)
        assert array.tolist() == [0.0, 2.0, 4.0]

    def test_tensors(student):
        base = torch.zeros(3, 4)
        student.through_data(base[1])
        assert base.sum() == 4 and base[1].tolist() == [1.0] * 4
        x = torch.ones(3)
        student.unsqueeze(x)
        assert x.shape == (1, 3)
        leaf = torch.tensor([1.0, 2.0], requires_grad=True)
        student.backward(leaf)
        assert leaf.grad.tolist() == [2.0, 4.0]
        assert student.needs_grad(leaf) == (True, True)
        assert student.needs_grad(torch.ones(1)) == (False, True)

    def test_identity(student):
        a, b = torch.zeros(1), torch.ones(1)
        pair = [a, b]
        student.swap(pair)
        assert pair[0] is b and pair[1] is a
        assert student.same(a, a) and not student.same(a, b)
        inner = torch.zeros(2)
        outer = {"inner": inner, "list": []}
        student.nest(outer)
        assert inner.tolist() == [5.0, 0.0] and outer["list"][0] is inner

    def test_changes_survive_an_exception(student):
        x = torch.ones(2)
        with pytest.raises(ValueError, match="too late"):
            student.fail_halfway(x)
        assert x.tolist() == [0.0, 0.0]
    """
    graded = grade(tests, SUBMISSION)
    assert set(graded.outcomes.values()) == {"passed"}, graded.events


def test_library_names_and_functions_of_the_test_cross(grade: Grade) -> None:
    tests = """
    import math
    from torch import nn
    def double(x):
        return x * 2
    def test_by_name(student):
        assert student.apply(torch.relu, torch.tensor([-1.0, 2.0])).tolist() == [0.0, 2.0]
        assert student.apply(torch.Tensor.numel, torch.ones(3)) == 3
        assert student.apply(nn.functional.gelu, torch.zeros(1)) == 0
        assert student.apply(math.sqrt, 4.0) == 2.0
        assert student.build(nn.Linear, 3, 2) == (2, 3)
        assert student.apply(double, 4) == 8
    """
    graded = grade(tests, SUBMISSION)
    assert graded.outcomes == {"test_by_name": "passed"}, graded.events


REFUSED = [
    ("nn.Linear(2, 2)", "state_dict()"),
    ("object()", "send plain values and tensors"),
    ("torch.eye(2).to_sparse()", "sparse"),
    ("Local", "define it inside a probe"),
]


def test_what_does_not_cross_is_refused_with_a_sentence(grade: Grade) -> None:
    tests = """
    from torch import nn
    class Local(nn.Module): pass
    """
    for number, (argument, _) in enumerate(REFUSED):
        tests += f"""
    def test_{number}(student):
        with pytest.raises(Exception):
            student.apply({argument}, 1)
    """
    graded = grade(tests, SUBMISSION)
    for number, (argument, sentence) in enumerate(REFUSED):
        end = graded.test(f"test_{number}")
        assert (end["outcome"], end["student_error"]) == ("error", False), argument
        assert sentence in end["detail"], argument
