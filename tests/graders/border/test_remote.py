"""Rule 2: what is no value stays in the sandbox, works from outside, and refuses to be a value."""

from __future__ import annotations

from tests.graders.border.conftest import Grade

SUBMISSION = """
import torch
from torch import nn
class Yes: pass
def is_valid(x): return Yes()
def is_really_valid(x): return True
class Bag:
    def __init__(self): self.items, self.open = {"a": 1}, False
    def __len__(self): return 3
    def __getitem__(self, key): return self.items[key] if isinstance(key, str) else key
    def __setitem__(self, key, value): self.items[key] = value
    def __contains__(self, key): return key in self.items
    def __enter__(self): self.open = True; return self
    def __exit__(self, *error): self.open = False; return error[0] is not None
def count(n):
    yield from range(n)
def forever():
    while True:
        yield 1
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(3, 2)
        self.drop = nn.Dropout(0.5)
    def forward(self, x): return self.drop(self.fc(x))
def same(a, b): return a is b
class Lies:
    def __len__(self): return 2 ** 40
"""


def test_an_object_is_never_true(grade: Grade) -> None:
    tests = """
    def test_naive(student):
        assert student.is_valid(torch.ones(2))

    def test_equal(student):
        assert student.is_valid(1) == True

    def test_not(student):
        assert not student.is_valid(1)

    def test_hidden_by_raises(student):
        with pytest.raises(TypeError):
            student.is_valid(1) + 1

    def test_hidden_by_except(student):
        try:
            good = student.is_valid(1) < 3
        except Exception:
            good = True
        assert good

    def test_hash(student):
        assert student.is_valid(1) in {1, 2}

    def test_number(student):
        assert float(student.is_valid(1)) >= 0

    def test_honest(student):
        assert student.is_really_valid(1)
        assert student.is_valid(1) is not None
    """
    graded = grade(tests, SUBMISSION)
    outcomes = graded.outcomes
    assert outcomes.pop("test_honest") == "passed"
    assert set(outcomes.values()) == {"failed"}
    for name in outcomes:
        assert graded.keys(name) == ["returned-object"]
        assert graded.test(name)["student_error"]
    assert "stays in the student's process" in graded.test("test_naive")["detail"]
    assert "is_valid" in graded.said("test_naive")
    assert "Yes" in graded.said("test_naive")


def test_objects_work_from_outside(grade: Grade) -> None:
    tests = """
    def test_bag(student):
        bag = student.Bag()
        assert len(bag) == 3 and bag["a"] == 1 and bag[1:3] == slice(1, 3) and bag[..., 0] == (..., 0)
        bag["b"] = torch.ones(1)
        assert "b" in bag and "c" not in bag
        with bag as inside:
            assert bag.open is True and student.same(inside, bag)
        assert bag.open is False
        bag.colour = "red"
        assert bag.colour == "red"
        student.EXTRA = 5
        assert student.EXTRA == 5
        with pytest.raises(KeyError) as caught:
            bag["zzz"]
        assert caught.value.args == ("zzz",)

    def test_iteration(student):
        assert list(student.count(4)) == [0, 1, 2, 3]
        assert [x for x, _ in zip(student.forever(), range(3))] == [1, 1, 1]
        assert next(student.count(1)) == 0

    def test_module(student):
        net = student.Net()
        assert isinstance(net, torch.nn.Module)
        net.eval()
        assert net.training is False
        state = net.state_dict()
        assert list(state) == ["fc.weight", "fc.bias"]
        x = torch.ones(1, 3)
        torch.testing.assert_close(net(x), torch.nn.functional.linear(x, state["fc.weight"], state["fc.bias"]))
        net.load_state_dict({name: torch.zeros_like(value) for name, value in state.items()})
        assert net(x).abs().sum() == 0
        assert len(list(net.parameters())) == 2
        assert [name for name, _ in net.named_parameters()] == ["fc.weight", "fc.bias"]

    def test_endless(student):
        list(student.forever())

    def test_lies(student):
        assert len(student.Lies()) > 0

    def test_lies_to_list(student):
        list(student.Lies())
    """
    graded = grade(tests, SUBMISSION, seconds=20, run_seconds=60)
    assert graded.outcomes == {
        "test_bag": "passed",
        "test_iteration": "passed",
        "test_module": "passed",
        "test_endless": "failed",
        "test_lies": "failed",
        "test_lies_to_list": "failed",
    }


def test_a_claimed_library_class_is_never_a_tensor(grade: Grade) -> None:
    tests = """
    def test_wrapper(student):
        assert isinstance(student.f(torch.ones(2)), torch.Tensor)
    """
    submission = """
    import torch
    class W(torch.Tensor):
        @staticmethod
        def __new__(cls, like): return torch.Tensor._make_wrapper_subclass(cls, like.shape, dtype=like.dtype)
        @classmethod
        def __torch_dispatch__(cls, func, types, args=(), kwargs=None): return True
    def f(x): return W(x)
    """
    assert grade(tests, submission).outcomes == {"test_wrapper": "failed"}


def test_a_tensor_subclass_without_hooks_arrives_as_a_tensor(grade: Grade) -> None:
    tests = """
    def test_sub(student):
        y = student.f(torch.ones(2))
        assert type(y) is torch.Tensor and y.tolist() == [2.0, 2.0]
    """
    submission = """
    import torch
    class Tagged(torch.Tensor):
        @classmethod
        def __torch_function__(cls, func, types, args=(), kwargs=None): raise SystemExit(0)
    def f(x): return torch.Tensor.as_subclass(x * 2, Tagged)
    """
    assert grade(tests, submission).outcomes == {"test_sub": "passed"}
