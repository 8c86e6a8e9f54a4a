"""What to do instead, said to authors where neither Python's words nor torch's mention the border.

A test that works in one process may fail across the border though the submission is right. Where the failure shows
that, its detail, which authors alone read, ends with one of these sentences.
"""

from __future__ import annotations

import inspect
import re
import traceback

from graders.examiner.remote import RemoteObject

_FIXTURES = "capsysbinary|capfdbinary|caplog|pytester|doctest_namespace|cache"
#: What the failure says (its type and message) | the line of the test that failed | the sentence.
_ADVICE: tuple[tuple[str, str, str], ...] = (
    (
        r"does not require grad and does not have a grad_fn|does not require a gradient",
        "",
        "What the student's code returned has no graph: it was computed without gradients, or cut off (detach(), "
        "torch.no_grad()), or it is a value that was read from an object, such as a state_dict.",
    ),
    (
        r"None",
        r"\.grad\b",
        "Gradients that the student's own code collects show when the parameter is read again: model.parameters(), "
        "model.fc.weight.grad.",
    ),
    (
        r"not to have been used in the graph",
        "",
        "torch.autograd.grad knows the student's parameters that the test has read before the call: "
        "params = list(model.parameters()) first, then the call, then the gradients.",
    ),
    (
        rf"FixtureLookupError: \('({_FIXTURES})'",
        "",
        "What the student's code logs stays in its process: catch it in a probe with student.run and return it. What "
        "it prints or warns, capsys, contextlib.redirect_stdout and pytest.warns catch here.",
    ),
    (
        r"^TypeError: .*BaseException type, but got '?RemoteObject"
        r"|^TypeError: catching classes that do not inherit",
        "",
        "An exception class of the student's stays in its process: name the built-in class that it derives from, such "
        "as pytest.raises(ValueError), or catch it in a probe with student.run.",
    ),
    (
        r"^AttributeError: 'Student\w*(Error|Exception)' object has no attribute",
        "",
        "Of the student's exceptions type, arguments and message cross: catch it in a probe with student.run, and "
        "return its other attributes.",
    ),
    (
        r"coroutine (was|is) expected|can't be used in 'await'|awaitable is required",
        "",
        "A coroutine of the student's stays in its process: run it there, in a probe with student.run that imports "
        "asyncio and returns asyncio.run(submission.NAME(…)).",
    ),
    (
        r"called on dataclass",
        "",
        "An object of the student's stays in its process: compare its attributes, or return asdict(…) from a probe "
        "with student.run.",
    ),
    (
        r"^AssertionError: [^\n]*(<the student's|RemoteObject)|^TypeError: [^\n]*RemoteObject|"
        r"^TypeError: issubclass\(\) arg 1|^AttributeError: __",
        "",
        "An object of the student's stays in its process, and what stands for it here has a type, a repr and an "
        "identity of its own: compare its attributes, or ask in a probe with student.run.",
    ),
    (
        r"^AssertionError: [^\n]* is ",
        r"\bis\b(?! (not )?(None|True|False)\b)",
        "Values and tensors come from the student as copies, so `is` holds for none of them: compare them, or ask in a "
        "probe with student.run.",
    ),
)
_SEEDS_HERE = re.compile(r"\b(torch\.manual_seed|random\.seed)\(")
_SEEDS_THERE = re.compile(r"\b(student\.seed|seed_student)\(")
_SEEDED = (
    "torch.manual_seed(n), random.seed(n) and np.random.seed(n) seed this side alone: student.seed(n) seeds the "
    "student's process."
)
#: A kind of objects by a name that is no other word of a message.
_KIND = re.compile(r"_*[A-Z]\w*")


def advice(error: BaseException) -> str:
    """A sentence on a line of its own, or nothing."""
    said, line = _general(f"{type(error).__name__}: {error}"), _line_of_test(error)
    for words, place, sentence in _ADVICE:
        if re.search(words, said) and re.search(place, line):
            return f"\n{sentence}"
    source = _source_of_test(error) if isinstance(error, AssertionError) else ""
    return f"\n{_SEEDED}" if _SEEDS_HERE.search(source) and not _SEEDS_THERE.search(source) else ""


def _general(said: str) -> str:
    """The type of an object by its name here, which the table knows, instead of the student's."""
    kinds = [kind.__name__ for kind in RemoteObject.__subclasses__() if _KIND.fullmatch(kind.__name__)]
    return re.sub(rf"\b({'|'.join(map(re.escape, kinds))})\b", RemoteObject.__name__, said) if kinds else said


def _line_of_test(error: BaseException) -> str:
    """The last line of the exercise's own that the error went through."""
    frames = traceback.extract_tb(error.__traceback__)
    return next((frame.line or "" for frame in reversed(frames) if frame.name.startswith("test")), "")


def _source_of_test(error: BaseException) -> str:
    found = [frame for frame, _ in traceback.walk_tb(error.__traceback__) if frame.f_code.co_name.startswith("test_")]
    try:
        return inspect.getsource(found[-1].f_code) if found else ""
    except OSError:  # it has no file, as a cell of a notebook
        return ""
