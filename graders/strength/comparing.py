"""Inside the sandbox: does a mutant differ from the solution on any input that we can think of?

The calls that the hidden tests made are repeated with both, first as they were, then with other inputs of the same
kind. Results, gradients, objects and changed arguments count; the last digits do not.
"""

from __future__ import annotations

import copy
import random
import signal
import time
import zlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType, FunctionType, ModuleType
from typing import Any

import numpy as np
import torch

from graders.strength.doors import NAME, execute
from graders.strength.recording import SLOW, Kept, Recorder, loads
from graders.strength.varying import VARIANTS, leaves
from graders.strength.words import ALIKE, DIFFERS, UNKNOWN

PATIENCE = 3.0  #: seconds for one call
MOST_ROUNDS = 12  #: calls of each door
ENOUGH_ROUNDS = 2  #: so many calls of each door, each with all kinds of inputs, may do where time is short
AS_TESTED = next(iter(VARIANTS))


class OutOfTime(Exception):
    """A call took too long, or all of them together."""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What a call came to."""

    error: BaseException | None
    parts: tuple[Any, ...] = field(default=())  #: the answer, the arguments afterwards, the gradients


@dataclass(frozen=True, kw_only=True)
class Suspect:
    """A mutant that may be the solution in other words."""

    text: str
    doors: tuple[str, ...]  #: the names by which a test can reach what was changed


class Comparison:
    """Repeats recorded calls with the solution and with mutants; what the solution answers is kept."""

    def __init__(self, calls: Sequence[Kept], *, lost: Collection[str]) -> None:
        self._rounds = _rounds(calls)
        self._lost = frozenset(lost)
        self._solution = execute(Path("solution.py").read_text("utf-8"), NAME)
        self._known: dict[tuple[int, str, bool], Outcome] = {}

    def tell(self, name: str, suspect: Suspect, *, until: float) -> tuple[str, str]:
        """Whether a mutant differs, and by which call."""
        try:
            with _limited(PATIENCE):
                mutant = execute(suspect.text, name)
        except Exception as error:
            return DIFFERS, f"it does not load: {type(error).__name__}"
        complete = self._lost.isdisjoint(suspect.doors)
        tried = 0
        for number, round_ in enumerate(self._rounds):
            for kept in round_:
                if kept.name not in suspect.doors:
                    continue
                for word in VARIANTS:
                    if kept.seconds > SLOW and word != AS_TESTED:
                        complete = False
                        break
                    if time.monotonic() > until:
                        return (ALIKE if complete and number >= ENOUGH_ROUNDS else UNKNOWN), ""
                    what = self._difference(mutant, kept, word)
                    tried += 1
                    if what:
                        door = f"{kept.name}.{kept.method}" if kept.method else kept.name
                        return DIFFERS, f"{door}(...) with {word}: {what}"
        return (ALIKE if complete and tried else UNKNOWN), ""

    def _difference(self, mutant: ModuleType, kept: Kept, word: str) -> str:
        """What differs in one call with one kind of input; "" for nothing, or where it is no input for the solution."""
        for graph in (False, True):
            place = (id(kept), word, graph)
            if place not in self._known:
                self._known[place] = _outcome(self._solution, kept, word, graph=graph)
            ours = self._known[place]
            as_tested = word == AS_TESTED and not graph
            if not as_tested and (ours.error is not None or not _is_finite(ours.parts)):
                continue  # nobody says what should come out
            theirs = _outcome(mutant, kept, word, graph=graph)
            if type(ours.error).__name__ != type(theirs.error).__name__:
                return f"{type(theirs.error).__name__} is raised" if theirs.error else "no exception is raised"
            names = ("the result", "an argument afterwards", "a gradient")
            for name, a, b in zip(names, ours.parts, theirs.parts, strict=False):
                if not same(a, b, {}):
                    return f"{name} differs"
        return ""


def _rounds(calls: Sequence[Kept]) -> list[list[Kept]]:
    """First one call of each door, then another of each, and so on; the quick ones first."""
    doors: dict[tuple[str, str], list[Kept]] = {}
    for kept in sorted(calls, key=lambda kept: kept.seconds > SLOW / 10):
        doors.setdefault((kept.name, kept.method), []).append(kept)
    most = max((len(kept) for kept in doors.values()), default=0)
    return [[kept[number] for kept in doors.values() if number < len(kept)] for number in range(min(most, MOST_ROUNDS))]


def compare(recorder: Recorder, mutants: Mapping[str, Suspect], *, seconds: float) -> dict[str, tuple[str, str]]:
    """For each mutant, by its id, whether it differs, and by what call.

    Args:
        seconds: for all of them; what is not decided by then is ``unknown``.
    """
    comparison = Comparison(recorder.kept, lost={name for name, _ in recorder.lost})
    found, end = {}, time.monotonic() + seconds
    for left, (number, suspect) in zip(range(len(mutants), 0, -1), mutants.items(), strict=True):
        until = time.monotonic() + max(end - time.monotonic(), 0.5) / left
        found[number] = comparison.tell(f"gradus_mutant_{left}", suspect, until=until)
    return found


def _outcome(module: ModuleType, kept: Kept, word: str, *, graph: bool) -> Outcome:
    args, kwargs = loads(kept.data, module)
    seed = zlib.crc32(kept.data + word.encode())
    random.seed(seed)
    torch.manual_seed(seed)
    own = args[:1] if kept.method and kept.method != "__init__" else ()
    try:
        args, kwargs = (*own, *VARIANTS[word](args[len(own) :])), VARIANTS[word](kwargs)
    except (RuntimeError, TypeError, ValueError, OverflowError) as error:
        return Outcome(error=error)
    inputs = [t for t in leaves([args, kwargs]) if t.is_leaf] if graph else []
    for tensor in inputs:
        tensor.requires_grad_()
    function = getattr(module, kept.name)
    if kept.method and kept.method != "__init__":
        function = getattr(function, kept.method)
    random.seed(seed)
    np.random.seed(seed % 2**32)
    torch.manual_seed(seed)
    try:
        with _limited(PATIENCE):
            answer = function(*args, **kwargs)
            answer = list(_some(answer)) if hasattr(answer, "__next__") else answer
            gradients = _gradients(answer, inputs)
    except Exception as error:
        return Outcome(error=error)
    return Outcome(error=None, parts=(answer, (args, kwargs), gradients))


def _some(iterator: Iterator[Any]) -> Iterator[Any]:
    for _, item in zip(range(100), iterator, strict=False):
        yield copy.deepcopy(item)


def _gradients(answer: Any, inputs: Sequence[torch.Tensor]) -> Any:
    results = [t for t in leaves(answer) if t.requires_grad and t.grad_fn is not None]
    if not inputs or not results:
        return len(results)
    weighted = [(t.double() * torch.linspace(0.5, 1.5, t.numel()).view(t.shape)).sum() for t in results]
    found = torch.autograd.grad(torch.stack(weighted).sum(), inputs, allow_unused=True)
    return [t if t is None else t.detach() for t in found]


def _is_finite(value: Any) -> bool:
    return all(bool(torch.isfinite(t).all()) for t in leaves(value))


def same(ours: Any, theirs: Any, seen: dict[int, int]) -> bool:
    """Equal, up to rounding; objects by what they hold."""
    if isinstance(ours, torch.Tensor) or isinstance(theirs, torch.Tensor):
        return _same_tensors(ours, theirs)
    if isinstance(ours, float) and isinstance(theirs, float):
        return ours == theirs or abs(ours - theirs) <= 1e-7 * max(abs(ours), abs(theirs)) or ours != ours != theirs
    if type(ours).__name__ != type(theirs).__name__:
        return False
    if isinstance(ours, np.ndarray):
        return ours.dtype == theirs.dtype and bool(np.array_equal(ours, theirs, equal_nan=ours.dtype.kind in "fc"))
    if id(ours) in seen:
        return seen[id(ours)] == id(theirs)
    seen[id(ours)] = id(theirs)
    if isinstance(ours, Mapping):
        return list(ours) == list(theirs) and all(same(ours[key], theirs[key], seen) for key in ours)
    if isinstance(ours, list | tuple):
        return len(ours) == len(theirs) and all(same(a, b, seen) for a, b in zip(ours, theirs, strict=True))
    if isinstance(ours, random.Random):
        return bool(ours.getstate() == theirs.getstate())
    if isinstance(ours, type | FunctionType | ModuleType):
        return bool(ours.__name__ == theirs.__name__)
    if hasattr(ours, "__dict__"):
        return same(vars(ours), vars(theirs), seen)
    return getattr(type(ours), "__eq__") is object.__eq__ or bool(ours == theirs)  # noqa: B009 -- mypy's view of it


def _same_tensors(ours: Any, theirs: Any) -> bool:
    if not (isinstance(ours, torch.Tensor) and isinstance(theirs, torch.Tensor)):
        return False
    if ours.shape != theirs.shape or ours.dtype != theirs.dtype:
        return False
    if not ours.is_floating_point():
        return bool(torch.equal(ours, theirs))
    a, b = ours.detach().double(), theirs.detach().double()
    digits = 1e-9 if ours.dtype is torch.float64 else 1e-4
    scale = float(a[torch.isfinite(a)].abs().max()) if torch.isfinite(a).any() else 0.0
    return bool(torch.allclose(a, b, rtol=digits, atol=digits * 0.01 * scale, equal_nan=True))


@contextmanager
def _limited(seconds: float) -> Iterator[None]:
    previous = signal.signal(signal.SIGALRM, _out_of_time)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, previous)


def _out_of_time(_signal: int, _frame: FrameType | None) -> None:
    raise OutOfTime
