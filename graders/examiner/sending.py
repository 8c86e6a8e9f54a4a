"""Arguments on their way to the student, and the changes that come back.

Allowed: plain values, tensors, remote objects, library functions and classes by name, and plain functions of the
author's, which travel as source. Everything else is refused with a sentence that says what to do instead.
"""

from __future__ import annotations

import ast
import builtins
import dis
import inspect
import random
import sys
import textwrap
from collections.abc import Callable, Iterator, Sequence
from types import CodeType, FunctionType, ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from graders.examiner import context
from graders.examiner.failures import StudentError
from graders.examiner.remote import described, is_remote, number_of
from graders.inside.probes import IMPORTED
from graders.wire import Library, Probe, Reference, WireError
from graders.wire.generators import is_generator, set_generator_state

if TYPE_CHECKING:
    from graders.examiner.session import Session

_LIBRARIES = frozenset(
    {"torch", "numpy", "math", "builtins", "operator", "functools", "itertools", "random", "time", *IMPORTED}
)
_USUAL_PLACES = ("torch", "torch.nn.functional", "torch.nn", "torch.Tensor", "math", "operator", "builtins", "numpy")
MAX_SOURCE = 64 * 1024
#: What an author can do instead, by the kind of what cannot be sent.
_INSTEAD: tuple[tuple[Any, str], ...] = (
    (torch.nn.Module, "send its state_dict(), or build it in a probe with student.run"),
    (torch.optim.Optimizer, "make it in a probe with student.run, beside the parameters that it is to change"),
    (torch.utils.data.DataLoader, "send a list of its batches, or make it in a probe with student.run"),
    (
        (torch.Generator, np.random.Generator, np.random.RandomState, random.Random),
        "send a number and seed with it, or call student.seed(number)",
    ),
    (type, "define it inside a probe and use it there with student.run"),
    (Callable, "only functions by name, and plain functions of the test file, can be sent"),
    (object, "send plain values and tensors"),
)
_probes: dict[CodeType, Probe | NoProbe] = {}


class NoProbe(Exception):
    """This function cannot be sent as source; the message says why."""


def export_argument(value: Any, session: Session) -> Any:
    """What is sent for a value that is not plain.

    Raises:
        AuthorMistake: nothing is.
    """
    if is_remote(value):
        number = number_of(value, session)
        if number is None:
            raise context.author_mistake(f"{described(value)} belongs to another student's process")
        return Reference(number=number)
    name = library_name(value)
    if name is not None:
        return Library(name)
    if type(value) is FunctionType and type(probe := _probe_or_reason(value)) is Probe:
        return probe
    loan = session.lending.lend(value)
    if loan is not None:
        return loan
    hint = next(hint for kinds, hint in _INSTEAD if isinstance(value, kinds))
    raise context.author_mistake(f"a {type(value).__name__} cannot be sent to the student: {hint}")


def library_name(value: Any) -> str | None:
    """The dotted name of a library's function, class or module, if that name finds it again."""
    if isinstance(value, ModuleType):
        return value.__name__ if value.__name__.partition(".")[0] in _LIBRARIES else None
    name = getattr(value, "__qualname__", None) or getattr(value, "__name__", None)
    if not isinstance(name, str) or not callable(value):
        return None
    module = getattr(value, "__module__", None)
    for place in (module, *_USUAL_PLACES):
        if isinstance(place, str) and place.partition(".")[0] in _LIBRARIES and _lookup(f"{place}.{name}") is value:
            return f"{place}.{name}"
    short = name.rpartition(".")[2]
    return next((f"{place}.{short}" for place in _USUAL_PLACES if _lookup(f"{place}.{short}") is value), None)


def _lookup(dotted: str) -> Any:
    parts = dotted.split(".")
    for length in range(len(parts), 0, -1):
        found: Any = sys.modules.get(".".join(parts[:length]))
        if found is not None:
            for part in parts[length:]:
                found = getattr(found, part, None)
            return found
    return None


def probe_of(function: FunctionType) -> Probe:
    """A small function of the author's, as source.

    Raises:
        AuthorMistake: it is a lambda or a closure, or uses names that the student's process does not have.
    """
    found = _probe_or_reason(function)
    if isinstance(found, NoProbe):
        raise context.author_mistake(str(found))
    return found


def _probe_or_reason(function: FunctionType) -> Probe | NoProbe:
    known = _probes.get(function.__code__)
    if known is None:
        try:
            known = _read_probe(function)
        except NoProbe as reason:
            known = reason
        _probes[function.__code__] = known
    return known


def _read_probe(function: FunctionType) -> Probe:
    name, code = function.__name__, function.__code__
    if code.co_freevars:
        outer = ", ".join(code.co_freevars)
        raise NoProbe(
            f"{name} uses {outer} of the function around it: pass it as an argument instead, or define {name} inside a "
            "probe, call the student's code there with student.run, and return what it collected"
        )
    if name == "<lambda>":
        source = _source_of_lambda(function)
        return Probe(name="function", source=f"function = {source}", names=tuple(_names_used(function)))
    try:
        source = textwrap.dedent(inspect.getsource(function))
    except (OSError, TypeError) as error:
        raise NoProbe(f"the source of {name} cannot be found: {error}") from None
    if source.startswith("@") or len(source) > MAX_SOURCE:
        raise NoProbe(f"{name} cannot be sent to the student: it is decorated, or very long")
    return Probe(name=name, source=source, names=tuple(_names_used(function)))


def _source_of_lambda(function: FunctionType) -> str:
    """The text of a lambda, found by where its code stands."""
    code = function.__code__
    at = [(line, column) for line, _, column, _ in code.co_positions() if line and column]  # at column 0: its frame
    if function.__defaults__ or function.__kwdefaults__:
        raise NoProbe("a lambda with defaults cannot be sent to the student")
    try:
        tree = ast.parse("".join(inspect.findsource(function)[0]))
    except (OSError, TypeError, SyntaxError, ValueError, RecursionError) as error:
        raise NoProbe(f"the source of a lambda cannot be found: {error}") from None
    lambdas = [node for node in ast.walk(tree) if isinstance(node, ast.Lambda) and node.lineno == code.co_firstlineno]
    found = [node for node in lambdas if all(_within(place, node.body) for place in at)]
    if not found:
        raise NoProbe("the source of a lambda cannot be found")
    return ast.unparse(min(found, key=lambda node: len(ast.unparse(node))))


def _within(place: tuple[int, int], node: ast.expr) -> bool:
    ends = (node.end_lineno or node.lineno, node.end_col_offset or 0)
    return (node.lineno, node.col_offset) <= place <= ends


def _names_used(function: FunctionType) -> Iterator[tuple[str, str]]:
    students = getattr(function.__globals__, "students", ())  # a test cell's, which are reached from here
    for name in sorted(set(_global_names(function.__code__))):
        if name.startswith("@") or name in ("__name__", function.__name__):
            continue  # "@": of pytest's asserts; __name__: a class in the function reads it, and over there is one too
        if name in students:
            raise NoProbe(f"{function.__name__} uses {name} of the notebook: read it there as submission.{name}")
        if name not in function.__globals__:
            continue
        value = function.__globals__[name]
        if name in vars(builtins) and value is vars(builtins)[name]:
            continue
        dotted = library_name(value)
        if dotted is None:
            raise NoProbe(
                f"{function.__name__} uses {name} of the test file, which the student's process does not have: "
                "pass it as an argument, or define it inside"
            )
        yield name, dotted


def _global_names(code: CodeType) -> Iterator[str]:
    for instruction in dis.get_instructions(code):
        if instruction.opname in ("LOAD_GLOBAL", "LOAD_NAME"):
            yield str(instruction.argval)
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _global_names(constant)


def apply_changes(changes: Any, originals: Sequence[Any]) -> bool:
    """Make the changes that the student's code made to its copies in the test's own objects.

    Returns:
        Whether a value changed; a gradient that came where none was is none, nor is a generator that was drawn from.

    Raises:
        WireError: what came is no list of changes.
    """
    if type(changes) is not tuple:
        raise WireError("changes are a tuple")
    values = False
    for change in changes:
        if type(change) is not tuple or len(change) < 3 or type(change[0]) is not int:
            raise WireError("a change is a tuple")
        number, kind, content = change[:3]
        if not 0 <= number < len(originals):
            raise WireError("a change to an object that was not sent")
        original = originals[number]
        if kind == "tensor" and isinstance(original, torch.Tensor) and len(change) == 6:
            had_grad = original.is_leaf and original.grad is not None
            _change_tensor(original, content, *change[3:])
            values = values or content is not None or (change[4] and had_grad)
            continue
        if kind == "generator" and is_generator(original) and type(content) is bytes:
            set_generator_state(original, content)
            continue
        if kind == "array" and isinstance(original, np.ndarray) and type(content) is np.ndarray:
            _change_array(original, content)
        else:
            _change_container(original, kind, content)
        values = True
    return values


def _change_container(original: Any, kind: Any, content: Any) -> None:
    if kind == "list" and isinstance(original, list) and type(content) is list:
        original[:] = content
        return
    fits = {"set": isinstance(original, set), "dict": isinstance(original, dict)}.get(kind, False)
    if not fits or type(content).__name__ != kind:
        raise WireError("a change does not fit its object")
    original.clear()
    original.update(content)


def _change_tensor(original: torch.Tensor, content: Any, wants_grad: Any, regrad: Any, grad: Any) -> None:
    if type(wants_grad) is not bool or type(regrad) is not bool:
        raise WireError("what is said of a changed tensor is no word")
    if any(part is not None and type(part) is not torch.Tensor for part in (content, grad)):
        raise WireError("a changed tensor is a tensor")
    try:
        if content is not None:
            _overwrite(original, content)
        if original.is_leaf and original.requires_grad != wants_grad:
            original.requires_grad_(wants_grad)
        if regrad and (original.is_leaf or grad is not None):
            original.grad = grad
    except (RuntimeError, TypeError) as error:
        raise WireError(f"a changed tensor does not fit: {error}") from None


def _overwrite(original: torch.Tensor, content: torch.Tensor) -> None:
    if content.shape == original.shape and content.dtype == original.dtype and 0 not in original.stride():
        original.detach().copy_(content)
    else:
        original.data = content


def _change_array(original: np.ndarray[Any, Any], content: np.ndarray[Any, Any]) -> None:
    if content.shape != original.shape or not original.flags.writeable:
        raise StudentError("the student's code changed the shape of an array, or one that is read-only")
    if content.dtype != original.dtype.newbyteorder("="):
        raise StudentError("the student's code changed what kind of items an array holds")
    original[...] = content
