"""How a wrong value is wrong: its place and its pattern are told, the right value never is."""

from __future__ import annotations

import pytest

from graders.findings import SENTENCES, sentence
from graders.report import Finding
from tests.graders.border.conftest import Grade

#: What the student returns, what is expected, and what is told. Numbers with 61 are the test's alone.
TENSORS = [
    ("torch.zeros(2, 3)", "torch.tensor([[61.0, 1, 2], [3, 4, 5]])", "differs-all-zero", "6 of 6"),
    ("torch.ones(3)", "torch.tensor([61.0, 1, 2])", "differs-all-alike", "the first at [0]"),
    ("-TABLE", "TABLE", "differs-by-sign", "Only the sign"),
    ("SQUARE.mT.clone()", "SQUARE", "differs-transposed", "the first at [0, 1]"),
    ("TABLE.flip(0)", "TABLE", "differs-by-order", "in the wrong order"),
    ("TABLE * 3", "TABLE", "differs-by-factor", "same factor"),
    ("TABLE.long() * 3", "TABLE.long()", "differs-by-factor", "same factor"),
    ("TABLE + 7", "TABLE", "differs-by-offset", "same amount"),
    ("TABLE + TABLE.sqrt() * 0.001", "TABLE", "differs-a-little", "nearly right"),
    ("torch.cat([TABLE[:2], TABLE[2:] ** 2])", "TABLE", "differs-only-at", "index 2 of axis 0"),
    ("torch.cat([TABLE[:, :3], TABLE[:, 3:] ** 2], 1)", "TABLE", "differs-only-at", "index 3 of axis 1"),
    ("TABLE > 3", "TABLE <= 3", "differs-inverted", "True and False"),
    ("TABLE ** 2", "TABLE", "wrong-values", "11 of 12"),
    ("torch.tensor(2.5)", "torch.tensor(61.0)", "wrong-value", "2.5"),
]
PLAIN = [
    ("[1, 2, 61]", "[1, 2, 3]", "wrong-items", "1 of 3 items are wrong, the first at index 2"),
    ("[3, 2, 1]", "[1, 2, 3]", "differs-by-order", "in the wrong order"),
    ("[1, 2]", "[1, 2, 61]", "wrong-length", "length: 2"),
    ("[[0], [1, 2]]", "[[0], [1, 61]]", "wrong-items", "[1] has the right length"),
    ("[1.5, '2']", "[1.5, 2]", "wrong-type", "the result[1] has the wrong type: str"),
    ("{'a': 1, 'b': 2}", "{'a': 1, 'c61': 2}", "extra-keys", "1 of its 2 keys"),
    ("{'a': 1}", "{'a': 1, 'c61': 2}", "missing-keys", "Keys are missing"),
    ("{'a': 1, 'b': 2}", "{'a': 1, 'b': 61}", "wrong-entries", "1 of 2 values are wrong"),
    ("{0: [1], 1: [2]}", "{0: [1], 1: [61]}", "wrong-items", "the result[1] has the right length"),
    ("{1, 2, 3}", "{1, 2, 61}", "extra-members", "1 of the 3 members"),
    ("{1, 2}", "{1, 2, 61}", "missing-members", "Members of the result are missing"),
    ("'hello'", "'help61'", "wrong-text", "has 5 characters. The first 3 are right"),
    ("'hel'", "'help61'", "text-ends-early", "ends too early"),
    ("'help!'", "'help'", "text-goes-on", "it has 5 characters"),
    ("'a  b'", "'a b'", "differs-by-spaces", "Only spaces"),
    ("'AbC'", "'abc'", "differs-by-case", "small letters"),
    ("torch.float64", "torch.float32", "wrong-value", "torch.float64"),
]
_SHARED = "TABLE = torch.tensor([[0.5, 1, 2, 3], [4, 5, 6, 7], [8, 9, 10, 11]])\nSQUARE = TABLE[:, :3]\n"


def test_place_and_pattern_are_told_and_the_right_value_is_not(grade: Grade) -> None:
    cases = [("close", *case) for case in TENSORS] + [("equal", *case) for case in PLAIN]
    answers = "\n".join(f"    {number}: lambda: {answer}," for number, (_, answer, *_) in enumerate(cases))
    submission = f"import torch\n{_SHARED}ANSWERS = {{\n{answers}\n}}\ndef answer(n): return ANSWERS[n]()\n"
    tests = _SHARED + "\n".join(
        f"def test_{number}(student):\n    check.{how}(student.answer({number}), {expected})"
        for number, (how, _, expected, *_) in enumerate(cases)
    )
    graded = grade(tests, submission)
    for number, (_, answer, expected, key, said) in enumerate(cases):
        case = (answer, expected, graded.said(f"test_{number}"))
        assert graded.outcome(f"test_{number}") == "failed", case
        assert key in graded.keys(f"test_{number}"), case
        assert said in graded.said(f"test_{number}"), case
        assert "61" not in graded.said(f"test_{number}"), case


@pytest.mark.parametrize("key", sorted(key for key in SENTENCES if key.startswith("differs-")))
def test_a_pattern_has_no_room_for_a_value(key: str) -> None:
    told = sentence(Finding(key=key, values={"index": "<i>", "axis": "<a>", "value": "<v>"}))
    assert told == SENTENCES[key].replace("{index}", "<i>").replace("{axis}", "<a>")
    assert "{" not in told
