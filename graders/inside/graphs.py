"""Tensors that mean more than their values: outputs of a graph, and leaves that the test may train.

A result that has a graph leaves its values with the test and its graph here, under a number. The test's ``backward()``
comes back as a request with the gradients of the outputs, and takes those of the inputs home; what the graph has
besides, such as the parameters of a model, collects its gradients here. Nothing is kept that the test has let go of.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakValueDictionary

from graders.inside.objects import Objects
from graders.wire import DEFAULT_FRAME_LIMIT, Graphed, Lent, Owned, Tracked, WireError
from graders.wire.arrays import libraries, tensor_bytes
from graders.wire.own import own_builtins

own_builtins(globals())

#: Names an input of a graph: its place in the request; (key,) where it was an input of the graph that was asked for
#: gradients with a graph of their own; "own" and a number for a leaf of the student's.
Key = Any


@dataclass
class Graph:
    """What one reply left here."""

    leaves: Mapping[int, Any]
    parent: Graph | None
    outputs: list[Any] = field(default_factory=list)


class Graphs:
    """The graphs and leaves of one student, as the test knows them."""

    def __init__(self, objects: Objects) -> None:
        self._objects = objects
        self.lent: WeakValueDictionary[int, Any] = WeakValueDictionary()  #: the test's own leaves, while they are held
        self._leaves: dict[int, Any] = {}
        self._parent: Graph | None = None
        self._current: tuple[int, Graph] | None = None

    def begin(self, tracked: Sequence[Tracked]) -> None:
        """A request has come with these."""
        self._parent = self._current = None
        self._leaves = {
            number: item.value if item.leaf is None else item.leaf
            for number, item in enumerate(tracked)
            if getattr(item.value, "requires_grad", False) is True and not self._objects.owns(item.value)
        }

    @contextlib.contextmanager
    def aside(self) -> Iterator[None]:
        """Answer a request that comes while another is answered."""
        kept = self._leaves, self._parent, self._current
        try:
            yield
        finally:
            self._leaves, self._parent, self._current = kept

    def end(self) -> None:
        self._leaves, self._parent, self._current = {}, None, None

    def living(self, value: Any) -> Graphed | Lent | Owned:
        """How a tensor of the reply is written that is a parameter or has gradients."""
        if value.grad_fn is None:
            place = next((number for number, leaf in self._leaves.items() if leaf is value), None)
            if place is None:
                return Owned(number=self._objects.own(value), grad=value.grad)
            if type(value) is libraries().parameter:
                return Lent(place)
            with libraries().torch.enable_grad():
                value = value.view_as(value)  # the test's own: as its copy, to which gradients flow through here
        if self._current is None:
            graph = Graph(leaves=self._leaves, parent=self._parent)
            self._current = (self._objects.export(graph).number, graph)
        number, graph = self._current
        graph.outputs.append(value)
        return Graphed(number=number, index=len(graph.outputs) - 1, tensor=value)

    def backward(
        self,
        graph: Graph,
        gradients: Sequence[Any],
        keys: Sequence[Key],
        wanted: Sequence[int],
        *,
        accumulate: bool,
        create: bool,
    ) -> tuple[Any, ...]:
        """Run backward from the outputs.

        Args:
            gradients: one for each output, None where it has none.
            keys: the inputs whose gradients are asked for.
            wanted: numbers of the student's own leaves: what they have collected then is told too.
            accumulate: add to ``.grad`` of all other leaves, as ``backward()`` does and ``autograd.grad`` does not.
            create: the gradients shall have a graph too.

        Returns:
            (gradients of the inputs, gradients that the wanted leaves have now)
        """
        self._parent = graph
        used = [pair for pair in zip(graph.outputs, gradients, strict=True) if pair[1] is not None]
        outputs, given = [output for output, _ in used], [grad.to(output.device) for output, grad in used]
        leaves = [self._input(graph, key) for key in keys]
        run = _accumulated if accumulate else _asked
        found = run(outputs, given, leaves, create=create)
        return tuple(found), tuple(self._objects.find(number).grad for number in wanted)

    def _input(self, graph: Graph, key: Key) -> Any:
        if type(key) is int:
            return graph.leaves[key]
        if key[0] == "own":
            return self._objects.find(key[1])
        if graph.parent is None:
            raise WireError("a graph has no such input")
        return self._input(graph.parent, key[0])

    def take(self, pushes: Sequence[tuple[Any, ...]]) -> None:
        """What the test has done to leaves of the student's since it was told of them.

        Raises:
            RuntimeError: the student's code has changed one too, meanwhile.
        """
        for number, digest, value, wants_grad, regrad, grad in pushes:
            leaf = self._objects.find(number)
            if value is not None:
                if digest_of(leaf) != digest:
                    raise RuntimeError(
                        "the test changes a parameter that the student's code has changed since the test read it: "
                        "read it again, or train in a probe with student.run"
                    )
                if (leaf.shape, leaf.dtype) == (value.shape, value.dtype):
                    leaf.data.copy_(value)
                else:
                    leaf.data = value.to(leaf.device)
            leaf.requires_grad_(wants_grad)
            if regrad:
                leaf.grad = None if grad is None else grad.to(leaf.device)


def digest_of(tensor: Any) -> bytes:
    """Says whether two tensors are the same."""
    code, shape, data = tensor_bytes(tensor, 64 * DEFAULT_FRAME_LIMIT)
    return hashlib.blake2b(repr((code, shape)).encode() + bytes(data), digest_size=16).digest()


def _accumulated(outputs: list[Any], given: list[Any], leaves: list[Any], *, create: bool) -> list[Any]:
    """As ``backward()``: the inputs' gradients go to the test, and what these copies had collected stays as it was."""
    before = [leaf.grad for leaf in leaves]
    for leaf in leaves:
        leaf.grad = None
    try:
        libraries().torch.autograd.backward(outputs, given, retain_graph=True, create_graph=create)
        return [leaf.grad for leaf in leaves]
    finally:
        for leaf, grad in zip(leaves, before, strict=True):
            leaf.grad = grad


def _asked(outputs: list[Any], given: list[Any], leaves: list[Any], *, create: bool) -> list[Any]:
    """As ``torch.autograd.grad``."""
    taking = [leaf for leaf in leaves if leaf.requires_grad]
    if not taking:
        return [None] * len(leaves)
    grads = libraries().torch.autograd.grad(
        outputs, taking, given, retain_graph=True, create_graph=create, allow_unused=True
    )
    found = {id(leaf): grad for leaf, grad in zip(taking, grads, strict=True)}
    return [found.get(id(leaf)) for leaf in leaves]
