"""Leaves of graphs on both sides: the test's own that the student may hold, and the student's that the test may train.

A leaf of the test's that has gradients is *lent*: for as long as the test holds it, it is one and the same tensor in
the student's process in every call, so that an optimiser which got it in one call finds its gradient in the next and
changes it there. What changes comes back, as with any argument.

A parameter of the student's comes as a copy with its number, *owned* over there. What the test does to the copy
(``optimizer.step()``, ``zero_grad()``, ``requires_grad_(False)``) is done to the parameter before the student's code
runs again. What the student's code does to the parameter shows when the test reads it anew: then another copy comes,
and the old one keeps its values, so that a reference computed from it stays one. Only gradients that the test's own
``backward()`` has collected come to the copies that the test holds.
"""

from __future__ import annotations

import weakref
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import torch

from graders.examiner import context
from graders.examiner.failures import StudentError
from graders.inside.graphs import digest_of
from graders.wire import Lent, Owned, Unsendable, WireError
from graders.wire.arrays import tensor_bytes

MAX_LENT = 1024 * 1024  #: bytes of a loan that goes along with calls to which it is no argument
MAX_ALONG = 4 * 1024 * 1024
MAX_COPIES = 20_000
_LEFT_BEHIND = (
    "the test changes a parameter of the student's as it was before their code changed it, which does nothing to "
    "theirs: read it again after that call (net.parameters()), or train in a probe with student.run"
)


@dataclass
class _Copy:
    """A parameter of the student's, as both sides know it."""

    ref: weakref.ref[torch.Tensor]
    value: torch.Tensor
    wants_grad: bool
    grad: torch.Tensor | None

    def agree(self, tensor: torch.Tensor) -> None:
        """Both sides have this now."""
        self.value, self.wants_grad = tensor.detach().clone(), tensor.requires_grad
        self.grad = None if tensor.grad is None else tensor.grad.detach().clone()

    def changed(self, tensor: torch.Tensor) -> bool:
        return not _same(self.value, tensor.detach())


class Leaves:
    """What one student's process and the tests hold together."""

    def __init__(self) -> None:
        self._owned: dict[int, _Copy] = {}
        self._number_of: dict[int, int] = {}  #: id of a copy -> its number
        self._behind: list[_Copy] = []
        self._fresh: list[int] = []  #: numbers of copies that came with the last answer
        #: Copies that may have been changed since the last request, which must arrive though the test lets go of them.
        self._held: list[torch.Tensor] = []
        self._lent: dict[int, tuple[weakref.ref[torch.Tensor], int]] = {}
        self._next = 1

    # of the test's

    def lend(self, value: torch.Tensor) -> int | None:
        """The number of a tensor that is to be the same in all calls, if it is one."""
        if not value.is_leaf or not (value.requires_grad or value.grad is not None):
            return None
        known = self._lent.get(id(value))
        if known is None or known[0]() is not value:
            known = self._lent[id(value)] = weakref.ref(value), self._next
            self._next += 1
        return known[1]

    def along(self) -> tuple[torch.Tensor, ...]:
        """The loans that the student may still hold."""
        if not self._lent:
            return ()
        self._lent = {key: pair for key, pair in self._lent.items() if pair[0]() is not None}
        tensors, room = [], MAX_ALONG
        for ref, _ in self._lent.values():
            tensor = ref()
            if tensor is not None and tensor.nbytes <= min(room, MAX_LENT) and _crosses(tensor):
                tensors.append(tensor)
                room -= tensor.nbytes
        return tuple(tensors)

    # of the student's

    def number(self, value: torch.Tensor) -> int | None:
        """Of a copy that the test holds, unless it was left behind."""
        number = self._number_of.get(id(value))
        known = None if number is None else self._owned.get(number)
        return number if known is not None and known.ref() is value else None

    def arrived(self, owned: Owned) -> torch.Tensor:
        """A parameter that the student sends: the copy that the test has, where that is still right."""
        known = self._owned.get(owned.number)
        tensor = None if known is None else known.ref()
        if known is None or tensor is None or not _still(tensor, owned):
            if known is not None and tensor is not None:
                self._behind.append(known)
            if len(self._owned) >= MAX_COPIES:
                raise StudentError("more parameters than a test may hold")
            tensor = owned.tensor
            known = self._owned[owned.number] = _Copy(weakref.ref(tensor), tensor, tensor.requires_grad, None)
            self._number_of[id(tensor)] = owned.number
        if not _same(tensor.grad, owned.grad):
            _set_grad(tensor, owned.grad)
        known.agree(tensor)
        self._fresh.append(owned.number)
        self._held.append(tensor)
        return tensor

    def copies(self) -> Iterator[tuple[int, torch.Tensor]]:
        """The student's parameters of which the test holds copies."""
        for number, known in self._owned.items():
            tensor = known.ref()
            if tensor is not None:
                yield number, tensor

    def pushes(self, *, last: bool = False) -> tuple[tuple[Any, ...], ...]:
        """What the test has done to its copies since, as ``inside.graphs`` takes it.

        Args:
            last: only to those that came last, as in a loop over ``parameters()``.

        Raises:
            AuthorMistake: to one that was left behind.
        """
        for known in self._behind:
            if (tensor := known.ref()) is not None and known.changed(tensor):
                raise context.author_mistake(_LEFT_BEHIND)
        chosen = [number for number in (self._fresh if last else self._owned) if number in self._owned]
        self._fresh.clear()
        found = [push for push in map(self._push, chosen) if push is not None]
        if not last:
            self._held.clear()
            self._held += [tensor for _, tensor in self.copies()]
        return tuple(found)

    def _push(self, number: int) -> tuple[Any, ...] | None:
        known = self._owned[number]
        tensor = known.ref()
        if tensor is None:
            return None
        changed, regrad = known.changed(tensor), not _same(known.grad, tensor.grad)
        if not changed and not regrad and known.wants_grad == tensor.requires_grad:
            return None
        value = tensor.detach() if changed else None
        grad = tensor.grad.detach() if regrad and tensor.grad is not None else None
        digest = digest_of(known.value) if changed else b""
        known.agree(tensor)
        return (number, digest, value, tensor.requires_grad, regrad, grad)

    def agree(self, value: torch.Tensor) -> None:
        """What the student did to a copy that was its argument has arrived."""
        number = self.number(value)
        if number is not None:
            self._owned[number].agree(value)

    def collected(self, tensor: torch.Tensor, grad: torch.Tensor | None) -> None:
        """A copy's gradient, after a backward of the test's."""
        if not _same(tensor.grad, grad):
            _set_grad(tensor, grad)
        self.agree(tensor)

    def let_go(self) -> list[int]:
        """Numbers of copies that the test holds no longer."""
        gone = [number for number, known in self._owned.items() if known.ref() is None]
        for number in gone:
            del self._owned[number]
        self._behind = [known for known in self._behind if known.ref() is not None]
        if gone:
            self._number_of = {id(tensor): number for number, tensor in self.copies()}
        return gone


def lent_parameter(lent: Lent, tracked: Sequence[Any]) -> torch.Tensor:
    """A parameter of the test's that the student's code gives back: no copy, as it is none there.

    Raises:
        WireError: the request had no such parameter.
    """
    value = tracked[lent.number] if lent.number < len(tracked) else None
    if not isinstance(value, torch.nn.Parameter):
        raise WireError("a parameter is given back that was not given")
    return value


def _crosses(tensor: torch.Tensor) -> bool:
    """A loan may have become what no call can carry, such as one whose gradient is sparse now."""
    try:
        for part in (tensor, tensor.grad):
            if part is not None:
                tensor_bytes(part, MAX_ALONG)
    except (Unsendable, RuntimeError):
        return False
    return True


def _still(tensor: torch.Tensor, owned: Owned) -> bool:
    """Whether the test's copy is what the student's process has."""
    alike = type(tensor) is type(owned.tensor) and tensor.requires_grad == owned.tensor.requires_grad
    return alike and _same(tensor.detach(), owned.tensor.detach())


def _same(ours: torch.Tensor | None, theirs: torch.Tensor | None) -> bool:
    if ours is None or theirs is None:
        return ours is theirs
    if ours.dtype != theirs.dtype or ours.shape != theirs.shape:
        return False
    return torch.equal(ours, theirs) or digest_of(ours) == digest_of(theirs)  # NaN is not equal to itself


def _set_grad(tensor: torch.Tensor, grad: torch.Tensor | None) -> None:
    if grad is not None and (grad.shape, grad.dtype) != (tensor.shape, tensor.dtype):
        raise StudentError(f"a gradient of shape {tuple(grad.shape)} for a parameter of shape {tuple(tensor.shape)}")
    if grad is not None and tensor.grad is not None:
        with torch.no_grad():
            tensor.grad.copy_(grad)  # whoever holds it sees it, as where backward() adds to it
    else:
        tensor.grad = grad
