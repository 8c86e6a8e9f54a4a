"""The call socket to one live student: one request at a time, each answered within the test's deadline."""

from __future__ import annotations

import contextlib
import math
import select
import socket
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest
import torch

from graders.examiner import context, listening
from graders.examiner.failures import NO_SOURCES, Sources, StudentError, StudentFailure, StudentGone
from graders.examiner.graphs import Graph, bridge
from graders.examiner.leaves import Leaves, lent_parameter
from graders.examiner.lending import MAX_DEPTH, Lending, told_of
from graders.examiner.remote import remote
from graders.examiner.sending import apply_changes, export_argument
from graders.wire import (
    DEFAULT_FRAME_LIMIT,
    Encoder,
    FrameGone,
    Graphed,
    Lent,
    Loan,
    Owned,
    Reference,
    Unsendable,
    WireError,
    clean_text,
    decode,
    encode,
    recv_bytes,
    send_bytes,
)

MAX_SERIES = 17
NOTHING: Mapping[str, Any] = {}
MAX_POINTS = 640
#: Frames with numbers that may come while one request is answered: at once, and more for each second of it.
LIVE_AT_ONCE, LIVE_A_SECOND = 20, 15
MAX_REPLIES = 16  #: largest replies that one test may take in all, lest it outgrow its memory by collecting them
#: What runs there without gradients where the test calls it so. A probe says itself whether it wants them.
_UNDER_NO_GRAD = frozenset({"call", "method", "get", "getitem", "next", "iter"})
Metric = dict[str, float] | tuple[str, str, float, float]


class Session:
    """One student, from load to the end of its process.

    Attributes:
        deadline: the moment until which answers are waited for; set for each test.
        gone: set once, when the student is; every later request raises it again.
        sources: the submission's text as told at loading.
        spent: it can compute nothing more: after this test another is to take its place.
    """

    def __init__(self, sock: socket.socket, *, reply_limit: int, on_metric: Callable[[Metric], None]) -> None:
        self.deadline = time.monotonic()
        self.gone: StudentGone | None = None
        self.retired = self.spent = self._withheld = False
        self.sources: Sources = NO_SOURCES
        self.released: list[int] = []
        self.leaves = Leaves()
        self.lending = Lending()
        self._sock, self._limit, self._on_metric = sock, reply_limit, on_metric
        self._number = self._received = 0
        self._poll = select.poll()
        self._poll.register(sock.fileno(), select.POLLIN)

    def load(self) -> StudentFailure | None:
        """Wait for the answer to ``load``, which the engine has sent. None when the submission is loaded."""
        succeeded, value = self._receive(0, [])
        if succeeded:
            try:
                self.sources = Sources.read(value)
            except WireError as error:
                raise self._end("protocol", str(error)) from None
            return None
        return self._failure(value)

    def request(
        self,
        operation: str,
        target: Any,
        name: str = "",
        args: Any = (),
        kwargs: Any = None,
        graph: Graph | None = None,
    ) -> Any:
        """Ask the student for something and wait for the answer; for gradients of ``graph``, where one is given.

        Raises:
            StudentGone: there is no student, or no answer.
            AuthorMistake: an argument does not cross.
            Exception: what the student's code raised.
        """
        if self.retired:
            raise StudentGone("eof", "this object belongs to a student that was replaced")
        if self.gone is not None:
            raise StudentGone(self.gone.reason)
        if operation in ("call", "run"):
            context.current.remember_call(args, kwargs or {})
        listened, living = listening.wanted(), self._living(operation)
        replaced = {name: value if value is None else self._replaced(value) for name, value in listened.items()}
        plain = (operation, target, name, args, tuple((kwargs or {}).items()))
        encoder = self._encode((*plain, *self._housekeeping(), living, replaced or None))
        self._number = number = self._number + 1
        if operation == "seed":  # as each test begins
            self._received = 0
        self._expect_silence()
        try:
            send_bytes(self._sock, encoder.out, deadline=self.deadline)
        except FrameGone as gone:
            raise self._end(gone.reason) from None
        context.current.calls += 1
        succeeded, value = self._receive(number, encoder.tracked, graph, listened)
        if self.lending.failed is not None and not self.lending.depth:
            failed, self.lending.failed = self.lending.failed, None
            raise failed
        if succeeded:
            return value
        failure = self._failure(value)
        self.spent |= failure.spent
        if failure.kind == "missing":
            failure = replace(failure, name=name)
        raise failure.exception(self.sources)

    @contextlib.contextmanager
    def withholding(self) -> Iterator[None]:
        """Let arguments stay here as they were, whatever the student's code does to its copies."""
        self._withheld = True
        try:
            yield
        finally:
            self._withheld = False

    def close(self) -> None:
        """Let go of the student: it ends when its call socket closes."""
        self.retired = True
        self._sock.close()

    def finish_test(self) -> None:
        """Whatever came without being asked for ends the student, also after the last question."""
        if self.gone is None and not self.retired:
            self._expect_silence()

    def overran(self) -> StudentGone:
        """The test's time is over, wherever the examiner was."""
        return self._end("timeout")

    def _housekeeping(self) -> tuple[tuple[int, ...], int]:
        dropped = self.released[:1000]
        del self.released[:1000]
        return (*dropped, *self.leaves.let_go()), self._limit

    def _living(self, operation: str) -> tuple[bool, tuple[Any, ...], tuple[Any, ...]] | None:
        """Whether gradients are on, what was done to the student's parameters, what it may hold; None for the usual."""
        graded = torch.is_grad_enabled() or operation not in _UNDER_NO_GRAD
        pushes, along = self.leaves.pushes(last=operation == "next"), self.leaves.along()
        return (graded, pushes, along) if pushes or along or not graded else None

    def _encode(self, message: tuple[Any, ...]) -> Encoder:
        encoder = Encoder(fallback=lambda value: export_argument(value, self), limit=DEFAULT_FRAME_LIMIT, track=True)
        encoder.lend, encoder.owned = self.leaves.lend, self.leaves.number
        try:
            encoder.put(message)
        except Unsendable as error:
            sentence = f"an argument cannot be sent to the student: {error}; else make it in a probe with student.run"
            if context.current.calls and error.key in ("too-large", "too-deep"):  # made of what the student returned
                raise StudentError(sentence) from None
            raise context.author_mistake(sentence) from None
        return encoder

    def _expect_silence(self) -> None:
        if self._poll.poll(0):
            try:
                self._sock.settimeout(0)
                early = self._sock.recv(1, socket.MSG_PEEK)
            except OSError:
                early = b""
            raise self._end("protocol", "bytes came unasked") if early else self._end("eof")

    def _receive(
        self, asked: int, tracked: list[Any], graph: Graph | None = None, listened: Mapping[str, Any] = NOTHING
    ) -> tuple[bool, Any]:
        try:
            self._graphed: list[Graphed] = []
            self._tracked = tracked
            reply = self._reply(kept=graph is None)
            if type(reply) is not tuple or len(reply) != 5:
                raise WireError("a reply has five parts")
            number, succeeded, value, changes, metrics = reply
            if type(number) is not int or number != asked or type(succeeded) is not bool:
                raise WireError("a reply to another request")
            if type(changes) is not bytes:
                raise WireError("changes are bytes")
            if changes and not self._withheld:
                changed = apply_changes(decode(changes, shared=tracked), tracked)
                context.current.changed_inputs |= changed and succeeded and value is not None
                for item in tracked:
                    self.leaves.agree(item)
            if self._graphed:
                bridge(self, self._graphed, tracked, graph)
            self._forward(metrics, listened)
        except FrameGone as gone:
            raise self._end(gone.reason) from None
        except WireError as error:
            raise self._end("protocol", str(error)) from None
        return succeeded, value

    def _reply(self, *, kept: bool = True) -> Any:
        """The next frame that is no mere numbers; those are passed on as they come.

        Args:
            kept: tests may collect what comes. Gradients take the place of those that came before.
        """
        started, live = time.monotonic(), 0
        while True:
            data = recv_bytes(self._sock, deadline=self.deadline, limit=self._limit + 64 * 1024)
            self._received += len(data) if kept else 0
            if self._received > MAX_REPLIES * self._limit:
                raise WireError(f"replies of more than {MAX_REPLIES * self._limit} bytes in one test")
            reply = decode(data, resolve=self._remote)
            if type(reply) is tuple and len(reply) == 3 and reply[0] == "asked":
                tracked = self._tracked
                self._lend(*reply[1:])
                self._tracked = tracked
                self._graphed = []  # what came along has no graph here, nor is that of a request within this one's
                continue
            if type(reply) is not tuple or len(reply) != 2 or reply[0] != "live":
                return reply
            live += 1
            if live > LIVE_AT_ONCE + LIVE_A_SECOND * (time.monotonic() - started):
                raise WireError("numbers come too fast")
            self._forward(reply[1])
            send_bytes(self._sock, encode("heard"), deadline=self.deadline)

    def _replaced(self, value: Any) -> Any:
        """What the test has put in the place of a library's function: it runs here, where its author sees it run."""
        return self.lending.lend(value) or value

    def _lend(self, what: Any, given: Any) -> None:
        """Do what the student's code asks of something that the test has lent, and answer."""
        if any(type(each) is not tuple or len(each) != 2 for each in (what, given)):
            raise WireError("what is asked of a loan is a number, a name and arguments")
        self.lending.depth += 1
        try:
            if self.lending.depth > MAX_DEPTH:
                raise RecursionError
            value = self.lending.use(*what, *given)
            answer = bytes(self._encode(("answer", True, value)).out)
        except (AssertionError, pytest.fail.Exception, pytest.skip.Exception) as error:
            self.lending.failed = self.lending.failed or error
            answer = encode(("answer", False, "AssertionError"))
        except WireError:
            raise
        except Exception as error:  # the test's own, which the student's code may handle
            answer = encode(("answer", False, told_of(error)))
        finally:
            self.lending.depth -= 1
        send_bytes(self._sock, answer, deadline=self.deadline)

    def _failure(self, value: Any) -> StudentFailure:
        try:
            return StudentFailure.read(value)
        except WireError as error:
            raise self._end("protocol", str(error)) from None

    def _forward(self, metrics: Any, listened: Mapping[str, Any] = NOTHING) -> None:
        if type(metrics) is not tuple or len(metrics) > MAX_POINTS:
            raise WireError("metrics are a short tuple")
        for point in listening.hear(metrics, listened):
            if type(point) is tuple:
                self._on_metric(_progress(point))
                continue
            if type(point) is not dict or len(point) > MAX_SERIES:
                raise WireError("a metric is a small dict")
            if not all(type(n) is str and type(v) is float and math.isfinite(v) for n, v in point.items()):
                raise WireError("a metric has names and finite numbers")
            self._on_metric(point)

    def _remote(self, value: Any) -> Any:
        if type(value) is Owned:
            return self.leaves.arrived(value)
        if type(value) is Lent:
            return lent_parameter(value, self._tracked)
        if type(value) is Graphed:
            self._graphed.append(value)
            return value.tensor
        if type(value) is Loan:
            return self.lending.back(value)
        if type(value) is not Reference:
            raise WireError("only objects may come back")
        return remote(self, value)

    def _end(self, reason: str, detail: str = "") -> StudentGone:
        self.gone = StudentGone(reason, detail)
        return self.gone


def _progress(point: tuple[Any, ...]) -> tuple[str, str, float, float]:
    if len(point) != 4 or point[0] != "progress" or type(point[1]) is not str:
        raise WireError("a progress has a label and two numbers")
    if not all(type(number) is float and math.isfinite(number) for number in point[2:]):
        raise WireError("a progress has finite numbers")
    return ("progress", clean_text(point[1], 80), point[2], point[3])
