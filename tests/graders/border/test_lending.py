"""What of the test's own the student's code may use: called back over the border, by the names that are offered."""

from __future__ import annotations

from tests.graders.border.conftest import Grade

SUBMISSION = """
import random, sys, time, warnings
import numpy as np, torch
def apply(f, *args, **kwargs): return f(*args, **kwargs)
def neuron(xs, ws, b, activation): return activation(sum(x * w for x, w in zip(xs, ws)) + b)
def evaluate(model, xs, ys): return float(np.mean([model.predict(x) == y for x, y in zip(xs, ys)]))
def score(make, given, xs, ys): return evaluate(make() if given is None else make(given), xs, ys)
def each_epoch(n, callback):
    for epoch in range(n): callback(epoch)
def first(items, n):
    found = []
    for item in items:
        found.append(item)
        if len(found) == n: return found
def ask_age():
    while True:
        try: return int(input("age? "))
        except ValueError: print("no number")
def noisy(x): return x + random.uniform(-1, 1)
def slow(): time.sleep(100); return "slept"
def greet(name): print(f"hello {name}"); print("careful", file=sys.stderr); return name
def old(): warnings.warn("old is deprecated", DeprecationWarning, stacklevel=2); return 1
def twice(x): return helper(helper(x))
def helper(x): return x + 1
def retry(f, times):
    for attempt in range(times):
        try: return f()
        except ValueError as error: said = str(error)
    return said
class Net(torch.nn.Module):
    def __init__(self, activation): super().__init__(); self.activation = activation
    def forward(self, x): return self.activation(x) + 1
def width(config): return config.width * 2
def load(file): return [line.strip() for line in file]
def save(file, text): file.write(text)
def fact(n): return 1 if n == 0 else n * fact(n - 1)
def identity(x): return x
def square(x): return x ** 2
def residual(x, f): return x ** 2 + f(x)
def scaled(net, x): return net(x) * net.scale
def train(x, loss): x = x.clone().requires_grad_(); loss(x).backward(); return x.grad
"""
TESTS = """
import contextlib, dataclasses, functools, io, random, sys, time, warnings
from types import SimpleNamespace
from unittest.mock import Mock, MagicMock, patch
import builtins

def test_closures_lambdas_and_methods(student):
    calls, k = [], 3
    def spy(t):
        calls.append(t)
        return -t
    assert student.neuron([1.0], [1.0], 1.0, spy) == -2.0 and calls == [2.0]
    assert student.apply(lambda x: k * x, 2) == 6 and student.apply(lambda x: 2 * x, 2) == 4
    seen = []
    student.each_epoch(3, seen.append)
    assert seen == [0, 1, 2]
    assert student.apply(functools.partial(max, 5), 2) == 5
    assert student.identity(spy) is spy

def test_a_tensor_goes_there_and_back(student):
    seen = []
    def activation(x):
        seen.append(x.shape)
        return x.relu()
    net = student.Net(activation)
    torch.testing.assert_close(net(torch.tensor([-1.0, 2.0])), torch.tensor([1.0, 3.0]))
    assert seen == [(2,)]

def test_a_lambda_without_a_closure_has_a_graph(student):
    torch.testing.assert_close(student.train(torch.ones(2), lambda x: (x ** 2).sum()), torch.full((2,), 2.0))

def test_a_graph_goes_on_past_a_callback(student):
    seen = []
    def shape_of(t):
        seen.append(tuple(t.shape))
        return t * len(seen)
    def nested(t):
        seen.append(student.square(t).sum().item())
        return t
    x = torch.tensor([-1.0, 2.0], requires_grad=True)
    y = student.residual(x, shape_of)
    y.sum().backward()
    torch.testing.assert_close(y.detach(), torch.tensor([0.0, 6.0]))
    torch.testing.assert_close(x.grad, torch.tensor([-2.0, 4.0]))
    x.grad = None
    student.residual(x, nested).sum().backward()
    assert seen == [(2,), 5.0] and x.grad.tolist() == [-2.0, 4.0]
    net = student.Net(shape_of)
    weight = torch.nn.Parameter(torch.ones(2))
    net.scale = weight
    student.scaled(net, torch.ones(2)).sum().backward()
    assert weight.grad.tolist() == [4.0, 4.0]

class Constant:
    def __init__(self, value):
        self.value = value
    def predict(self, x):
        return self.value

class Counting:
    calls = 0
    def predict(self, x):
        Counting.calls += 1
        return x

@dataclasses.dataclass
class Config:
    width: int

def test_objects_of_the_test(student):
    assert student.evaluate(Constant(1), [0, 0, 0, 0], [1, 1, 0, 1]) == 0.75
    assert student.evaluate(Counting(), [1, 2], [1, 2]) == 1.0 and Counting.calls == 2
    assert student.width(Config(4)) == 8
    assert student.first((n * n for n in range(10**9)), 3) == [0, 1, 4]

def test_classes_of_the_test_are_made_here(student):
    assert student.score(Constant, 1, [0, 0], [1, 0]) == 0.5 and student.score(Counting, None, [1], [1]) == 1.0

def test_functions_that_libraries_make(student):
    np = pytest.importorskip("numpy")
    assert student.apply(np.poly1d([1, 2, 3]), 2.0) == 11.0
    assert student.apply(np.vectorize(lambda x: x + 1), np.arange(3)).tolist() == [1, 2, 3]

def test_files_in_memory(student):
    assert student.load(io.StringIO("a\\nb\\n")) == ["a", "b"]
    out = io.StringIO()
    student.save(out, "text")
    assert out.getvalue() == "text"

def test_mocks(student):
    spy = Mock(return_value=4)
    assert student.apply(spy, 1, key=2) == 4
    spy.assert_called_once_with(1, key=2)
    model = Mock()
    model.predict.side_effect = lambda x: x
    assert student.evaluate(model, [1, 2], [1, 3]) == 0.5 and model.predict.call_count == 2
    assert student.width(Mock(width=3)) == 6

def test_an_exception_of_the_tests_function(student):
    attempts = []
    def flaky():
        attempts.append(1)
        raise ValueError("secret words")
    assert student.retry(flaky, 3) == "raised by a function of the test" and len(attempts) == 3
    with pytest.raises(KeyError):
        student.apply({}.pop, "nothing")

def test_input(student, monkeypatch):
    answers = iter(["x", "7"])
    monkeypatch.setattr("builtins.input", lambda *_: next(answers))
    assert student.ask_age() == 7

def test_input_of_a_mock(student):
    with patch("builtins.input", side_effect=["3"]) as asked:
        assert student.ask_age() == 3
    asked.assert_called_once_with("age? ")

def test_input_from_stdin(student, monkeypatch, capsys):
    monkeypatch.setattr("sys.stdin", io.StringIO("8\\n"))
    assert student.ask_age() == 8
    assert "age?" in capsys.readouterr().out

def test_functions_of_libraries(student):
    with patch("random.uniform", return_value=0.5):
        assert student.noisy(1.0) == 1.5
    old = random.uniform
    random.uniform = lambda a, b: 0.25
    try:
        assert student.noisy(0.0) == 0.25
    finally:
        random.uniform = old
    assert -1 <= student.noisy(0.0) <= 1
    with patch("time.sleep") as sleep:
        assert student.slow() == "slept"
    sleep.assert_called_once_with(100)

def test_prints(student, capsys):
    student.greet("ann")
    heard = capsys.readouterr()
    assert heard.out == "hello ann\\n" and heard.err == "careful\\n"
    with contextlib.redirect_stdout(io.StringIO()) as out:
        student.greet("bob")
    assert out.getvalue() == "hello bob\\n"
    with patch("builtins.print") as printed:
        student.greet("eve")
    printed.assert_any_call("hello eve")
    with patch("sys.stdout", new_callable=io.StringIO) as out:
        student.greet("zoe")
    assert out.getvalue() == "hello zoe\\n"

def test_warnings(student):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        student.old()
    assert len(caught) == 1 and issubclass(caught[0].category, DeprecationWarning)
    with pytest.warns(DeprecationWarning, match="old is"):
        student.old()

def test_a_function_of_the_students_is_spied_on(student, monkeypatch):
    original, count = student.helper, []
    def helper(x):
        count.append(x)
        return original(x)
    monkeypatch.setattr(student, "helper", helper)
    assert student.twice(1) == 3 and count == [1, 2]
    fact = student.fact
    def counting(n):
        count.append(n)
        return fact(n)
    monkeypatch.setattr(student, "fact", counting)
    assert student.fact(5) == 120 and count[2:] == [5, 4, 3, 2, 1, 0]

def test_it_is_put_back(student):
    assert student.twice(1) == 3 and student.fact(20) == 2432902008176640000
"""


def test_the_student_calls_what_stays_with_the_test(grade: Grade) -> None:
    graded = grade(TESTS, SUBMISSION)
    assert not graded.broken, graded.broken
    wrong = [f"{name}:\n{graded.test(name)['detail']}" for name, end in graded.outcomes.items() if end != "passed"]
    assert not wrong, "\n\n".join(wrong)
    assert len(graded.outcomes) == 18


HOSTILE = """
import sys, threading
def server():
    frame = sys._getframe()
    while type(frame.f_locals.get("self")).__name__ != "_Server": frame = frame.f_back
    return frame.f_locals["self"]
kept = []
def look(thing):
    found = []
    for name in ("value", "expected", "__dict__", "_hidden", "__globals__", "__closure__", "__code__", "__func__"):
        found.append(getattr(thing, name, None))
    return [str(each) for each in found if "4242424242" in str(each)]
def ask(name): return server()._ask(1, name, (), {})
def reach(thing): return ask("__class__")
def read(thing): return ask(".value")
def other(thing): return server()._ask(7, "__call__", (), {})
def swallow(check):
    try: check(1)
    except BaseException: pass
    return 2
def keep(f): kept.append(f); return 1
def use_kept(): return kept[0](1)
def late(f):
    def later():
        import time
        time.sleep(0.05)
        try: f(1)
        except BaseException as error: kept.append(type(error).__name__)
    thread = threading.Thread(target=later)
    thread.start()
    kept.append(thread)
    return 1
def seen(): kept[0].join(); return kept[1]
def flood(f):
    while True: f(1)
def deep(f): return f(0)
def loud(): print("x" * 10**6); return 1
def chatter():
    import warnings
    for n in range(1000): warnings.warn(f"{n}" * 3000)
def quiet():
    from graders.inside import track
    track._points.append(("printed", "forged", ""))
    track._points.append(("warned", "UserWarning", "forged"))
    return 1
def lies(): raise SystemExit(0)
"""
HOSTILE_TESTS = """
import io, contextlib, time, warnings

class Holder:
    def __init__(self, value):
        self.value = self.expected = self._hidden = value
    def predict(self, x):
        return x

def test_nothing_is_found(student):
    secret = 4242424242  # as long as no address is
    def closing(x):
        return x + secret
    assert student.look(Holder(secret)) == [] and student.look(closing) == []

def test_an_assertion_is_not_swallowed(student):
    wanted = 2
    def check(x):
        assert x == wanted
    assert student.swallow(check) == 2

def test_kept(student):
    assert student.keep(lambda x: x * len(dir())) == 1

def test_used_by_a_later_test(student):
    assert student.use_kept() == 1

def test_an_assertion_in_a_mock(student, monkeypatch):
    def forbidden(*_):
        pytest.fail("not this way")
    assert student.swallow(forbidden) == 2

def test_from_a_thread_when_nobody_waits(student):
    student.late(lambda x: x + len(dir()))
    time.sleep(0.2)
    assert student.seen() == "nothing"

def test_depth(student):
    def again(n):
        return student.deep(again)
    with pytest.raises(RecursionError):
        student.deep(again)

def test_much_is_printed(student, capsys):
    assert student.loud() == 1
    assert len(capsys.readouterr().out) == 64 * 1024
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        student.chatter()
    assert len(caught) == 100 and len(str(caught[0].message)) <= 2000
"""
ENDS = """
class Holder:
    def __init__(self, value): self.value = value
    def predict(self, x): return x

def test_the_class(student): student.reach(Holder(42))
def test_an_attribute(student): student.read(Holder(42))
def test_another_number(student): student.other(Holder(42))
def test_what_nobody_listens_to(student): assert student.quiet() == 1
"""


def test_a_loan_gives_nothing_but_what_was_offered(grade: Grade) -> None:
    graded = grade(HOSTILE_TESTS, HOSTILE)
    assert not graded.broken, graded.broken
    outcomes = graded.outcomes
    failing = {"test_an_assertion_is_not_swallowed", "test_an_assertion_in_a_mock"}
    failing |= {"test_from_a_thread_when_nobody_waits"}
    wrong = [
        f"{name}:\n{graded.test(name)['detail']}" for name in outcomes.keys() - failing if outcomes[name] != "passed"
    ]
    assert not wrong, "\n\n".join(wrong)
    assert not {name for name in failing if outcomes[name] == "passed"}


def test_whoever_asks_for_more_is_ended(grade: Grade) -> None:
    graded = grade(ENDS, HOSTILE, students=6)
    assert set(graded.outcomes.values()) == {"gone"}, graded.events
    assert {graded.test(name)["reason"] for name in graded.outcomes} == {"protocol"}


def test_a_storm_of_calls_costs_its_own_time_alone(grade: Grade) -> None:
    tests = """
    def test_flood(student):
        student.flood(lambda x: x + len(dir()))
    def test_after(student):
        assert student.keep(1) == 1
    """
    graded = grade(tests, HOSTILE, seconds=1.0)
    assert graded.outcomes == {"test_flood": "gone", "test_after": "passed"}
