"""Loading: what the student hears when a submission does not load, and what may lie around it."""

from __future__ import annotations

from graders.findings import sentence
from graders.report import Finding
from tests.graders.border.conftest import Grade
from tests.graders.border.harness import Graded

TESTS = """
def test_f(student):
    assert student.f() == 1
"""


def said(graded: Graded) -> str:
    return "\n".join(sentence(Finding.from_dict(item)) for item in graded.load_error()["error"]["findings"])


def test_a_syntax_error_has_its_line(grade: Grade) -> None:
    graded = grade(TESTS, "x = 1\ndef f(:\n    return 1\n")
    error = graded.load_error()["error"]
    assert (error["type"], error["file"], error["line"]) == ("SyntaxError", "submission.py", 2)
    assert said(graded).startswith("Python cannot read submission.py, line 2: ")
    assert graded.outcomes == {}
    assert graded.events[-1] == {"event": "end"}


def test_a_missing_module_is_named(grade: Grade) -> None:
    graded = grade(TESTS, "import not_here_at_all\n")
    assert said(graded) == "Your submission imports not_here_at_all, which is not installed here."
    assert graded.load_error()["error"]["line"] == 1


def test_an_exception_at_import_has_its_own_line_and_message(grade: Grade) -> None:
    graded = grade(TESTS, {"submission.py": "import helper\n", "helper.py": "\n\nx = [][1]\n"})
    error = graded.load_error()["error"]
    assert [(frame["file"], frame["line"]) for frame in error["frames"]] == [("submission.py", 1), ("helper.py", 3)]
    assert "helper.py, line 3: x = [][1]\nlist index out of range" in said(graded)


def test_leaving_at_import_is_reported_and_passes_nothing(grade: Grade) -> None:
    assert "SystemExit" in said(grade(TESTS, "import sys\nsys.exit(0)\n"))
    graded = grade(TESTS, "import os\nprint('OK 100/100', flush=True)\nos._exit(0)\n")
    assert (graded.load_error()["kind"], graded.load_error()["reason"]) == ("gone", "eof")
    graded = grade(TESTS, "while True: pass\n", load_seconds=0.5)
    assert (graded.load_error()["kind"], graded.load_error()["reason"]) == ("gone", "timeout")


def test_honest_habits_load(grade: Grade) -> None:
    for source in (
        "\ufeffdef f(): return 1\n",
        "# -*- coding: gbk -*-\n名字 = '中文'\ndef f(): return 1 if len(名字) == 2 else 0\n",
        "def f():\n\treturn 1",
        "from __future__ import annotations\r\ndef f() -> int:\r\n    return 1\r\n",
        "if __name__ == '__main__': raise SystemExit\ndef f(): return 1\n",
        "import inspect\ndef f(): return int('return int' in inspect.getsource(f))\n",
        "import pathlib\ndef f(): return int('pathlib' in pathlib.Path('submission.py').read_text())\n",
    ):
        assert grade(TESTS, {"submission.py": source}).outcomes == {"test_f": "passed"}, source


def test_several_files_and_packages_load(grade: Grade) -> None:
    files = {
        "submission.py": "from model.net import g\nimport utils\ndef f(): return g() + utils.ZERO\n",
        "model/__init__.py": "",
        "model/net.py": "from . import parts\ndef g(): return parts.ONE\n",
        "model/parts.py": "ONE = 1\n",
        "utils.py": "ZERO = 0\n",
    }
    assert grade(TESTS, files).outcomes == {"test_f": "passed"}


def test_data_is_there_to_be_read(grade: Grade) -> None:
    source = "name = 'data/one.txt'\ndef f(): return int(open(name).read() + open(name).read()) - 10\n"
    assert grade(TESTS, source, data={"one.txt": b"1"}).outcomes == {"test_f": "passed"}


def test_hidden_files_are_there_for_the_tests_only(grade: Grade) -> None:
    tests = """
    from pathlib import Path
    def test_hidden(student):
        assert Path(__file__).with_name("hidden").joinpath("labels").read_text() == "secret"
        with pytest.raises(FileNotFoundError):
            student.read("hidden/labels")
    """
    graded = grade(tests, "def read(name): return open(name).read()", hidden={"labels": b"secret"})
    assert graded.outcomes == {"test_hidden": "passed"}, graded.events


def test_a_forbidden_name_raises_a_friendly_error_when_used(grade: Grade) -> None:
    tests = """
    def test_softmax(student):
        student.softmax(torch.ones(2))

    def test_attention(student):
        student.attention()

    def test_own(student):
        assert student.own(torch.zeros(2)).tolist() == [0.5, 0.5]

    def test_import(student):
        student.late()

    def test_sorted(student):
        student.ordered()
    """
    submission = """
    import torch
    from torch import nn
    def softmax(x): return torch.softmax(x, 0)
    def attention(): return nn.MultiheadAttention(4, 2)
    def own(x):
        nn.TransformerEncoderLayer(4, 2, 8)  # torch itself may use what the student may not
        return x.exp() / x.exp().sum()
    def late():
        import numpy as np
    def ordered(): return sorted([2, 1])
    """
    forbid = ["torch.softmax", "torch.nn.MultiheadAttention", "numpy", "sorted", "torch.nothing_such"]
    graded = grade(tests, submission, forbid=forbid)
    assert graded.said("test_softmax") == "This exercise asks you to write it without torch.softmax."
    assert graded.said("test_attention") == "This exercise asks you to write it without torch.nn.MultiheadAttention."
    assert graded.outcomes["test_own"] == "passed", graded.test("test_own")
    assert graded.keys("test_import") == ["forbidden-name"]
    assert graded.keys("test_sorted") == ["forbidden-name"]


def test_tracked_numbers_reach_the_engine(grade: Grade) -> None:
    submission = """
    from gradus import track
    def f():
        for step in range(3):
            track(step, loss=1.0 / (step + 1), bad=float("nan"))
        return 1
    """
    graded = grade(TESTS, submission)
    points = [(event["step"], event["values"]) for event in graded.events if event["event"] == "metric"]
    assert points == [(0.0, {"loss": 1.0}), (1.0, {"loss": 0.5}), (2.0, {"loss": 1 / 3})]


def test_output_is_whole_when_the_reply_comes(grade: Grade) -> None:
    submission = """
    import sys
    print("loading", end="")
    def f():
        print("名字", chr(0xd800), end="")
        print("to stderr", file=sys.stderr, end="")
        return 1
    """
    graded = grade(TESTS, submission)
    assert graded.output == "loading名字 \\ud800to stderr"
    assert graded.outcomes == {"test_f": "passed"}


def test_a_broken_test_file_is_told_once(grade: Grade) -> None:
    assert "NameError" in grade("undefined_name\ndef test_x(student): ...", "").broken
    assert "SyntaxError" in grade("def test_x(student: ...", "").broken
    assert grade("x = 1", "").broken


def test_dataloader_workers_do_not_disturb_the_border(grade: Grade) -> None:
    submission = """
    import torch
    from torch.utils.data import DataLoader, TensorDataset
    def f():
        loader = DataLoader(TensorDataset(torch.ones(4, 1)), batch_size=2, num_workers=2)
        return int(sum(batch[0].sum() for batch in loader)) - 3
    """
    assert grade(TESTS, submission).outcomes == {"test_f": "passed"}
