"""Inside the sandbox: a submission that has learnt the printed examples by heart and understands nothing.

It is the solution where it recognises a call that a visible test or a listing of the statement makes, and zeros of the
right shape everywhere else: no table that a student could write by hand does better.
"""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable, Collection, Iterable
from typing import Any

import torch

from graders.strength.doors import Call, digest, emptied
from graders.strength.words import MARK


class Teller:
    """Prints a word for each different call."""

    def __init__(self) -> None:
        self._told: set[str] = set()

    def __call__(self, call: Call, function: Callable[..., Any]) -> Any:
        word = digest(call)
        if word not in self._told:
            self._told.add(word)
            print(f"{MARK}{word}")
        return function(*call.args, **call.kwargs)


class Table:
    """Answers the calls that it knows."""

    def __init__(self, known: Collection[str]) -> None:
        self._known = frozenset(known)

    def __call__(self, call: Call, function: Callable[..., Any]) -> Any:
        if call.method == "__init__" or digest(call) in self._known:
            return function(*call.args, **call.kwargs)
        if call.method and not isinstance(call.args[0], torch.nn.Module):
            return None  # what an object has noted meanwhile is no example
        return emptied(function(*call.args, **call.kwargs))


def try_listings(names: dict[str, Any], listings: Iterable[str]) -> None:
    """Run the statement's listings as a reader would; many are fragments, and end early."""
    for listing in listings:
        with contextlib.suppress(Exception), contextlib.redirect_stderr(io.StringIO()):
            exec(compile(listing, "listing", "exec", dont_inherit=True), {**names})  # noqa: S102 -- the author's own
