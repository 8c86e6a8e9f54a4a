"""A student that writes to the call socket itself, or turns Python against its own server, wins nothing."""

from __future__ import annotations

import pytest

from tests.graders.border.conftest import Grade

TESTS = """
def test_value(student):
    y = student.f(torch.arange(4.0))
    torch.testing.assert_close(y, torch.tensor([0.0, 2.0, 4.0, 6.0]))
"""
SOCKETS = """
import os, stat, struct, torch
def sockets():
    for fd in range(3, 256):
        try:
            if stat.S_ISSOCK(os.fstat(fd).st_mode): yield fd
        except OSError:
            pass
def frame(body): return b"GRA1" + struct.pack("<I", len(body)) + body
from graders.wire import encode
def put(data):
    for fd in sockets(): os.write(fd, data)
"""


@pytest.mark.parametrize(
    "body",
    [
        "put(frame(encode((2, True, x * 2, b'', ())))); return x",  # a reply of its own, then the real one
        "put(frame(encode((1, True, x * 2, b'', ())))); os._exit(0)",
        "put(frame(encode((2, True, x * 2, b'', ())))[:20]); os._exit(0)",
        "put(struct.pack('<I', 100) + b'0123456789'); os._exit(0)",
        "put(b'GRA1' + b'\\xff' * 4); return x",
        "put(frame(encode({'ok': True, 'passed': True, 'score': 100}))); return x",
        "put(frame(b'l' + b'\\xff\\xff\\xff\\x7f')); return x",
        "put(b'{\"ok\": true}\\n'); return x",
        "put(frame(encode((2, True, None, b'k\\0\\0\\0\\0', ())))); return x",
        "put(frame(encode((2, 1, x * 2, b'', ())))); return x",
    ],
)
def test_forged_frames_win_nothing(grade: Grade, body: str) -> None:
    submission = f"{SOCKETS}\ndef f(x):\n    {body}\n"
    graded = grade(TESTS, submission)
    assert "passed" not in graded.outcomes.values()
    assert all(outcome in ("gone", "failed") for outcome in graded.outcomes.values())


def test_a_reply_sent_twice_ends_the_student_at_the_latest_with_the_test(grade: Grade) -> None:
    submission = (
        SOCKETS
        + """
import threading, time
def f(x):
    def again():
        time.sleep(0.05)
        put(frame(encode((9, True, 1, b"", ()))))
    threading.Thread(target=again).start()
    return x * 2
"""
    )
    tests = """
    import time
    def test_late(student):
        y = student.f(torch.ones(1))
        time.sleep(0.3)
        assert y == 2
    """
    graded = grade(tests, submission)
    assert graded.outcomes == {"test_late": "gone"}
    assert graded.test("test_late")["reason"] == "protocol"


#: Bodies of ``f(x)``, which should double its argument.
LOOK_RIGHT = [
    "return torch.full([1] * x.dim(), 2.0)",
    "return torch.tensor(2.0)",
    "return torch.full_like(x, float('nan'))",
    "return torch.full((0,), 1.0)",
    "return (x * 2).double()",
    "return (x * 2).tolist()",
    "return (x * 2).numpy()",
    "return (x * 2).unsqueeze(0)",
    "return torch.full_like(x, float('inf'))",
    "return True",
    "return None",
    "return type('T', (), {'__eq__': lambda s, o: True, '__bool__': lambda s: True})()",
    "return Twisted()",
    "return x.as_subclass(Friendly)",
    "return Reduced()",
    "x.mul_(2); return x[:1]",
    "raise AssertionError",
    "return x",
]
HELPERS = """
import torch
class Meta(type):
    def __eq__(c, o): return True
    def __hash__(c): return 1
    def __instancecheck__(c, o): return True
class Twisted(metaclass=Meta):
    def __eq__(s, o): return True
class Friendly(torch.Tensor):
    @classmethod
    def __torch_function__(c, *a, **k): return True
class Reduced:
    def __reduce__(s): return (eval, ("1",))
"""


def test_answers_that_look_right_to_themselves_fail(grade: Grade) -> None:
    submission, tests = HELPERS, "DOUBLE = torch.tensor([0.0, 2.0, 4.0, 6.0])\n"
    for number, body in enumerate(LOOK_RIGHT):
        submission += f"def f{number}(x): {body}\n"
        for kind in ("torch.testing.assert_close", "check.close"):
            tests += (
                f"def test_{number}_{len(kind)}(student):\n    {kind}(student.f{number}(torch.arange(4.0)), DOUBLE)\n"
            )
    graded = grade(tests, submission)
    assert len(graded.outcomes) == 2 * len(LOOK_RIGHT)
    passed = [name for name, outcome in graded.outcomes.items() if outcome == "passed"]
    assert passed == []


@pytest.mark.parametrize(
    "source",
    [
        "import builtins\nfor n in ('isinstance', 'all', 'any'): setattr(builtins, n, lambda *a: True)\n"
        "def f(x): return x",
        "import sys\ndef f(x):\n sys.modules.clear()\n return x",
        "import builtins\ndef f(x):\n"
        " for n in ('len', 'isinstance', 'type', 'Exception'): delattr(builtins, n)\n return x",
        "torch.Tensor.__eq__ = torch.Tensor.__bool__ = lambda *a: True\ntorch.equal = lambda *a: True\n"
        "def f(x): return x",
        "import __main__\nfor n in list(vars(__main__)):\n if not n.startswith('__'): setattr(__main__, n, None)\n"
        "def f(x): return x",
    ],
)
def test_a_process_turned_against_itself_answers_wrong(grade: Grade, source: str) -> None:
    graded = grade(TESTS, f"import torch\n{source}\n")
    assert len(graded.outcomes) == 1
    assert set(graded.outcomes.values()) <= {"failed", "error"}


def test_a_skipped_test_is_the_authors_fault(grade: Grade) -> None:
    tests = """
    @pytest.mark.xfail
    def test_xfail(student):
        assert student.f(1) == 2

    @pytest.mark.skip
    def test_skip(student): ...

    def test_imperative(student):
        pytest.skip("not today")

    @pytest.mark.xfail
    def test_xpass(student):
        assert True
    """
    graded = grade(tests, "def f(x): return x")
    assert set(graded.outcomes.values()) == {"failed"}
    assert all(graded.keys(name) == ["test-skipped"] for name in graded.outcomes)
