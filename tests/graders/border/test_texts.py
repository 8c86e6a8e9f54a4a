"""Arrays of texts, times and plain objects, and generators: they cross as numbers do, and lies win nothing."""

from __future__ import annotations

import pytest

from tests.graders.border.conftest import Grade
from tests.graders.border.test_forging import SOCKETS

SUBMISSION = """
import random
import numpy as np, torch
from dataclasses import dataclass
NAMES = np.array(["Aachen", "Bonn", "Essen"])
TABLE = {"city": NAMES, "people": np.array([249, 330, 583]), "when": np.array(["2024-01-31", "NaT"], "datetime64[D]")}
BIGGEST = NAMES[2]
@dataclass
class Cities:
    names: np.ndarray
    first: str
def cities(): return Cities(NAMES, NAMES[0])
def echo(x): return x
def where(table, predicate):
    keep = np.array([predicate(v) for v in table["people"]])
    return {name: values[keep] for name, values in table.items() if len(values) == 3}
def group(labels, values): return {l: values[labels == l].mean() for l in np.unique(labels)}
def words(text): return np.array(text.split())
def counts(text): return {word: int((words(text) == word).sum()) for word in np.unique(words(text))}
def many(n): return {word: 1 for word in np.arange(n).astype(str)}
def days(start, n): return np.datetime64(start) + np.arange(n)
def ragged(): return np.array([[1, 2], [3], None, "x", 2.5], dtype=object)
def shout(names): names[:] = np.char.upper(names)
def rename(names): names[0] = "new"
def append(rows): rows[1].append(7); rows[0] = "changed"
def structured(): return np.zeros(2, "i4,f4")
def models(): return np.array([torch.nn.Linear(1, 1)], dtype=object)
def beyond(): return np.array([0x110000, 65], "u4").view("<U1")
def half(): return np.array(["a\\ud800"])
def sample(rng, n): return rng.integers(0, 1000, n)
def normal(rng): return rng.normal(size=3)
def start(n): return np.random.default_rng(n)
def shuffled(items, rng): rng.shuffle(items); return rng.gauss(0, 1)
"""
TESTS = """
import random
import numpy as np

def test_arrays_and_texts_that_are_read(student):
    assert student.NAMES.tolist() == ["Aachen", "Bonn", "Essen"] and list(student.NAMES) == ["Aachen", "Bonn", "Essen"]
    assert student.NAMES.dtype == np.dtype("<U6") and student.NAMES.shape == (3,)
    assert np.array_equal(student.NAMES, ["Aachen", "Bonn", "Essen"]) and (student.NAMES == "Bonn").sum() == 1
    assert str(type(student.BIGGEST)) == "<class 'numpy.str_'>" and student.BIGGEST == "Essen"
    assert student.TABLE["city"][0] == "Aachen" and np.isnat(student.TABLE["when"][1])
    assert student.cities().names[1] == "Bonn" and student.cities().first == "Aachen"

def test_arguments(student):
    table = {"city": np.array(["a", "b", "c"]), "people": np.array([1, 5, 9])}
    assert list(student.where(table, lambda p: p > 3)["city"]) == ["b", "c"]
    assert student.group(np.array(["a", "b", "a"]), np.array([1.0, 5.0, 3.0])) == {"a": 2.0, "b": 5.0}
    assert student.counts("a b a") == {"a": 2, "b": 1} and len(student.many(9000)) == 9000
    for value in ("bytes b".encode(), "wide".encode()):
        assert student.echo(np.array([value])).tolist() == [value]
    for value in (np.str_("中文😀"), np.bytes_(b"x"), np.datetime64("2024-02-29"), np.timedelta64(5, "m")):
        assert type(student.echo(value)) is type(value) and student.echo(value) == value
    for value in (np.array([["中", "ab"], ["", "c"]]).T, np.array([], "U3"), np.array("one"), np.zeros((0, 2), "S4")):
        back = student.echo(value)
        assert (back.dtype, back.shape) == (value.dtype, value.shape) and (back == value).all()

def test_times(student):
    assert student.days("2024-02-28", 3).tolist()[-1].isoformat() == "2024-03-01"
    assert student.days("2024-02-28", 3)[2] - np.datetime64("2024-02-28") == np.timedelta64(2, "D")
    assert np.isnat(student.echo(np.array(["NaT"], "datetime64")))[0]

def test_objects(student):
    rows = student.ragged()
    assert rows.dtype == object and rows.tolist() == [[1, 2], [3], None, "x", 2.5]
    given = student.echo(np.array([{"a": 1}, (2, 3)], dtype=object))
    assert given[0] == {"a": 1} and given[1] == (2, 3)

def test_changes_come_back(student):
    names, rows = np.array(["ab", "c"]), np.empty(2, dtype=object)
    rows[:] = ["old", [6]]
    inner = rows[1]
    student.shout(names)
    assert names.tolist() == ["AB", "C"]
    student.rename(names[::-1])
    assert names.tolist() == ["AB", "ne"]
    student.append(rows)
    assert rows[0] == "changed" and inner == [6, 7] and rows[1] is inner

@pytest.mark.changes_inputs
def test_generators_go_on_where_they_were_left(student):
    for make in (np.random.default_rng, np.random.RandomState):
        ours, theirs = make(3), make(3)
        normal = ours.normal(size=3)
        assert (student.normal(theirs) == normal).all() and (ours.normal(size=3) == theirs.normal(size=3)).all()
    ours, theirs = np.random.default_rng(3), np.random.default_rng(3)
    assert (student.sample(theirs, 5) == ours.integers(0, 1000, 5)).all()
    assert ours.bit_generator.state == theirs.bit_generator.state
    ours, theirs, items = random.Random(3), random.Random(3), list(range(9))
    mine = list(items)
    ours.shuffle(mine)
    assert student.shuffled(items, theirs) == ours.gauss(0, 1) and items == mine
    assert ours.getstate() == theirs.getstate()

def test_a_generator_of_the_students(student):
    rng, ours = student.start(5), np.random.default_rng(5)
    assert (student.sample(rng, 4) == ours.integers(0, 1000, 4)).all()
    assert (rng.random(2) == ours.random(2)).all() and isinstance(rng, np.random.Generator)

def test_checks(student):
    check.equal(student.NAMES, np.array(["Aachen", "Bonn", "Essen"]))
    check.equal(student.BIGGEST, "Essen")
    check.equal("Essen", student.BIGGEST)
    check.equal(student.ragged(), student.ragged())
    check.close(student.days("2024-01-01", 2), np.array(["2024-01-01", "2024-01-02"], "datetime64[D]"))
"""


def test_texts_times_objects_and_generators_cross(grade: Grade) -> None:
    graded = grade(TESTS, SUBMISSION)
    assert not graded.broken, graded.broken
    wrong = [f"{name}:\n{graded.test(name)['detail']}" for name, end in graded.outcomes.items() if end != "passed"]
    assert not wrong, "\n\n".join(wrong)


REFUSED = [
    ("beyond()", "unsendable-code-points", "do not exist in Unicode"),
    ("models()", "unsendable-objects", "return a list"),
    ("structured()", "unsendable-dtype", "of a type that cannot be sent"),
]


def test_what_does_not_cross_is_told(grade: Grade) -> None:
    tests = "\n".join(f"def test_{n}(student):\n    student.{call}" for n, (call, *_) in enumerate(REFUSED))
    tests += "\ndef test_half(student):\n    assert student.half().tolist() == ['a?']\n"
    graded = grade(tests, SUBMISSION)
    assert graded.outcome("test_half") == "passed"
    for number, (call, key, said) in enumerate(REFUSED):
        assert graded.keys(f"test_{number}") == [key], call
        assert said in graded.said(f"test_{number}"), call
        assert graded.test(f"test_{number}")["student_error"], call


#: What the student returns, what is expected, and what is told. Texts with 61 are the test's alone.
WRONG = [
    ("np.array(['a', 'x'])", "np.array(['a', 'b61'])", ["wrong-values"], "1 of 2 values are wrong, the first at [1]"),
    ("np.array(['b61', 'a'])", "np.array(['a', 'b61'])", ["wrong-values", "differs-by-order"], "wrong order"),
    ("np.array(['A', 'b61'])", "np.array(['a', 'b61'])", ["wrong-values", "differs-by-case"], "small letters"),
    ("np.array(['a ', 'b61'])", "np.array(['a', 'b61'])", ["wrong-values", "differs-by-spaces"], "Only spaces"),
    ("np.array(['a', 'a', 'a'])", "np.array(['a', 'b61', 'c'])", ["wrong-values", "differs-all-alike"], "the same"),
    ("np.array(['a'])", "np.array(['a', 'b61'])", ["wrong-shape"], "[1]"),
    ("np.array([1, 2])", "np.array(['1', '61'])", ["wrong-dtype"], "int64"),
    ("np.array(['1', '2'])", "np.array([1, 61])", ["wrong-dtype"], "<U1"),
    ("['a', 'x']", "np.array(['a', 'b61'])", ["wrong-type"], "list"),
    ("np.array('x')", "np.array('b61')", ["wrong-text"], "has 1 character"),
    ("list(np.array(['a', 'x']))", "['a', 'b61']", ["wrong-items"], "1 of 2 items are wrong, the first at index 1"),
    ("np.array([1, [2]], object)", "np.array([1, [61]], object)", ["wrong-values"], "the first at [1]"),
    ("np.array(['NaT'], 'M8[D]')", "np.array(['1961-01-01'], 'M8[D]')", ["wrong-values"], "the first at [0]"),
    ("np.array([5], 'm8[D]')", "np.array([61], 'm8[s]')", ["wrong-dtype"], "timedelta64[D]"),
]


def test_the_first_wrong_place_is_told_and_the_right_text_is_not(grade: Grade) -> None:
    answers = "\n".join(f"    lambda: {answer}," for answer, *_ in WRONG)
    submission = f"import numpy as np\nANSWERS = [\n{answers}\n]\ndef answer(n): return ANSWERS[n]()\n"
    tests = "import numpy as np\n" + "\n".join(
        f"def test_{number}(student):\n    check.equal(student.answer({number}), {expected})"
        for number, (_, expected, *_) in enumerate(WRONG)
    )
    graded = grade(tests, submission)
    for number, (answer, expected, keys, said) in enumerate(WRONG):
        case = (answer, expected, graded.said(f"test_{number}"))
        assert graded.outcome(f"test_{number}") == "failed", case
        assert graded.keys(f"test_{number}")[: len(keys)] == keys, case
        assert said in graded.said(f"test_{number}"), case
        assert "61" not in graded.said(f"test_{number}"), case


#: What a student writes as the value of a reply where an array of two texts is wanted, or to its argument as a change.
LIES = [
    "b'u' + struct.pack('<BIBQ', 1, 1, 1, 2) + struct.pack('<II', 0x110000, 65)",
    "b'u' + struct.pack('<BIBQ', 1, 1, 1, 2) + struct.pack('<II', 0xD800, 65)",
    "b'u' + struct.pack('<BIBQ', 1, 2**31, 1, 2**31) + b'a' * 8",
    "b'u' + struct.pack('<BIBQ', 1, 0, 1, 2) + b'a' * 8",
    "b'u' + struct.pack('<BIBQ', 7, 1, 1, 2) + b'a' * 8",
    "b'u' + struct.pack('<BIB8Q', 1, 2**20, 8, 0, *[2**31] * 7)",
    "b'u' + struct.pack('<BIB', 1, 1, 200) + b'\\0' * 1600",
    "b'u' + struct.pack('<BIBQ', 0, 1, 1, 2**21) + b'a' * 2**21",
    "b'o' + struct.pack('<BQ', 1, 2) + b'r\\0\\0\\0\\0' + encode('str') + encode(()) + encode('x')",
    "b'o' + struct.pack('<BQ', 1, 2) + b'w\\1\\0\\0\\0' + encode('f') + encode(()) * 2 + encode('x')",
    "b'o' + struct.pack('<BQ', 1, 2**40) + encode('x')",
    "b'o' + struct.pack('<BQ', 1, 2) + encode('x')",
    "b'W' + encode(1)",
    "b'R' + struct.pack('<I', 38) + b'\\1' + b'\\1' * 37",
]
CHANGES = [
    "(0, 'array', np.array(['a', 'b']))",
    "(0, 'array', np.array([1, 2]))",
    "(0, 'array', np.array([object, 1], dtype=object)[1:])",
    "(0, 'generator', b'\\1' + b'\\1' * 37)",
    "(1, 'generator', b'\\1' + b'\\0' * 37)",
    "(1, 'generator', b'\\2' + b'\\xff' * 2513)",
    "(1, 'generator', b'\\1' + b'\\1' * 36)",
    "(1, 'generator', b'')",
    "(1, 'array', np.array(['a', 'b']))",
]


@pytest.mark.parametrize("kind", ["values", "changes"])
def test_lies_about_texts_and_generators_win_nothing(grade: Grade, kind: str) -> None:
    submission = f"""{SOCKETS}
import sys
import numpy as np
VALUES = [encode(7), {", ".join(LIES)}]
CHANGES = [(0, "array", np.array([7.0, 7.0])), {", ".join(CHANGES)}]
def number():
    found = sys._getframe()
    while found.f_code.co_name != "_answer": found = found.f_back
    return found.f_locals["number"]
def reply(value, changes):
    put(frame(b"t\\5\\0\\0\\0" + encode(number()) + encode(True) + value + encode(changes) + encode(())))
    os._exit(0)
def values(n, names, rng): reply(VALUES[n], b"")
def changes(n, names, rng): reply(encode(None), encode((CHANGES[n],)))
"""
    count = len(LIES if kind == "values" else CHANGES) + 1
    tests = "import numpy as np\n" + "\n".join(
        f"def test_{n}(student):\n"
        f"    names, rng = np.array([1.5, 2.5]), np.random.default_rng(1)\n"
        f"    assert student.{kind}({n}, names, rng) == 7 or names.tolist() == [7.0, 7.0]\n"
        for n in range(count)
    )
    outcomes = grade(tests, submission, students=count + 1).outcomes
    assert len(outcomes) == count, outcomes
    assert outcomes.pop("test_0") == "passed"  # such a reply is heard where it tells no lie
    assert set(outcomes.values()) <= {"gone", "failed"}, outcomes
    assert "gone" in outcomes.values()
