"""Results that have their graph in the student's process: ``backward()`` here goes on there.

All tensors of one answer that have a graph become the outputs of one autograd function. Its inputs are what this side
sent with ``requires_grad``, and the student's parameters of which the test holds copies. Its backward sends the
gradients of the outputs and takes those of the inputs home, by the student's word as any answer is: of the right shape
and type or not at all, within the test's time. Nothing of the student's runs here, and what is no input of the function
is out of its reach.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import torch

from graders.examiner.failures import StudentError
from graders.wire import Graphed, Reference, WireError

if TYPE_CHECKING:
    from graders.examiner.session import Session

MAX_OUTPUTS = 4096
#: An input of every function. ``backward()`` visits it and ``torch.autograd.grad`` does not: so one knows which it is.
_ANCHOR = torch.zeros((), requires_grad=True)


class Graph:
    """A graph in the student's process, which it may forget when nothing here needs it any more."""

    def __init__(self, session: Session, number: int, inputs: Sequence[tuple[Any, torch.Tensor]]) -> None:
        self.session, self.number, self.inputs = session, number, list(inputs)

    def __del__(self) -> None:
        self.session.released.append(self.number)

    def gradients(self, given: Sequence[torch.Tensor | None], *, accumulate: bool, create: bool) -> list[Any]:
        """Of the inputs, in their order."""
        leaves = self.session.leaves
        copies = list(leaves.copies()) if accumulate else []
        keys = [None if accumulate and leaves.number(tensor) is not None else key for key, tensor in self.inputs]
        asked = tuple(key for key in keys if key is not None)
        answer = self.session.request(
            "backward",
            Reference(number=self.number),
            args=(tuple(given), asked, tuple(number for number, _ in copies), accumulate, create),
            graph=self,
        )
        found, collected = _pair(answer, len(asked), len(copies))
        for (_, tensor), grad in zip(copies, collected, strict=True):
            leaves.collected(tensor, grad)
        grads = iter(found)
        return [
            None if key is None else _fitting(next(grads), tensor)
            for key, (_, tensor) in zip(keys, self.inputs, strict=True)
        ]


class _There(torch.autograd.Function):
    """What the student's code computed from the inputs."""

    @staticmethod
    def forward(ctx: Any, graph: Graph, count: int, _anchor: torch.Tensor, *tensors: torch.Tensor) -> Any:
        ctx.graph, ctx.count = graph, count
        ctx.set_materialize_grads(False)
        ctx.mark_dirty(*tensors[:count])  # these very tensors become the outputs, wherever they already lie
        return tensors[:count]

    @staticmethod
    def backward(ctx: Any, *gradients: torch.Tensor | None) -> Any:
        anchor = torch.autograd.graph.get_gradient_edge(_ANCHOR).node
        found = ctx.graph.gradients(
            gradients,
            accumulate=torch._C._will_engine_execute_node(anchor),
            create=torch.is_grad_enabled(),
        )
        return (None, None, None, *[None] * ctx.count, *found)


def bridge(session: Session, answered: Sequence[Graphed], tracked: Sequence[Any], parent: Graph | None) -> None:
    """Give the tensors of an answer their graph.

    Args:
        answered: those that have one, as they came.
        tracked: the objects of the request, by their numbers.
        parent: the graph that was asked for gradients, if that was the request.

    Raises:
        WireError: they are not the outputs of one graph.
    """
    numbers = {graphed.number for graphed in answered}
    if len(numbers) != 1 or len(answered) > MAX_OUTPUTS:
        raise WireError("an answer has one graph")
    if [graphed.index for graphed in answered] != list(range(len(answered))):
        raise WireError("the outputs of a graph come in their order")
    inputs: list[tuple[Any, torch.Tensor]] = [
        (number, value)
        for number, value in enumerate(tracked)
        if isinstance(value, torch.Tensor) and value.requires_grad and session.leaves.number(value) is None
    ]
    inputs += [(("own", number), copy) for number, copy in session.leaves.copies() if copy.requires_grad]
    present = {id(tensor) for _, tensor in inputs}
    inputs += [((key,), tensor) for key, tensor in _of(parent) if id(tensor) not in present]
    outputs = [graphed.tensor for graphed in answered]
    graph = Graph(session, numbers.pop(), inputs)
    _There.apply(graph, len(outputs), _ANCHOR, *outputs, *(tensor for _, tensor in inputs))  # type: ignore[no-untyped-call]


def _of(parent: Graph | None) -> list[tuple[Any, torch.Tensor]]:
    return [] if parent is None else parent.inputs


def _pair(answer: Any, asked: int, copies: int) -> tuple[Sequence[Any], Sequence[Any]]:
    if type(answer) is not tuple or len(answer) != 2 or any(type(part) is not tuple for part in answer):
        raise StudentError("backward answered with something else than gradients")
    found, collected = answer
    if len(found) != asked or len(collected) != copies or not all(map(_may_be_gradient, (*found, *collected))):
        raise StudentError("backward answered with something else than the gradients that it was asked for")
    return found, collected


def _may_be_gradient(value: Any) -> bool:
    return value is None or type(value) is torch.Tensor


def _fitting(grad: torch.Tensor | None, tensor: torch.Tensor) -> torch.Tensor | None:
    if grad is not None and (grad.shape, grad.dtype) != (tensor.shape, tensor.dtype):
        raise StudentError(
            f"a gradient of shape {tuple(grad.shape)} and type {grad.dtype} came for a tensor of shape "
            f"{tuple(tensor.shape)} and type {tensor.dtype}"
        )
    return grad
