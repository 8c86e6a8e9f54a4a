"""The student's loop: one request, one reply, until the examiner closes the call socket.

The first frame is ``load``, before which a student on an accelerator may be asked to ``prove`` it; each later one is a
tuple (operation, target, name, args, kwargs, dropped, limit, living, listened to). ``living`` is None, or (whether
gradients are on where the test calls, what the test did to the student's parameters, the test's own leaves that the
student may hold).
Each reply is a tuple (number, succeeded, value or error, changes, metrics); numbers count requests, ``load`` being 0.
While a request is answered the student's code may use what the test has lent, by ("asked", (number, name), (args,
kwargs)), to which the examiner says ("answer", succeeded, value), perhaps after requests of its own.
"""

from __future__ import annotations

import contextlib
import gc
import operator
import os
import socket
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NoReturn

from graders.inside import figures, probes, track
from graders.inside.borrowing import Borrowing, raised
from graders.inside.cells import Cells
from graders.inside.changes import Arguments
from graders.inside.device import PROVED, Device
from graders.inside.failures import describe
from graders.inside.forbidding import ForbiddenName, forbid
from graders.inside.graphs import Graphs
from graders.inside.hearing import listening, streams
from graders.inside.loading import Submission
from graders.inside.objects import Objects
from graders.inside.operating import operate
from graders.inside.placing import place_of
from graders.inside.seeding import seed
from graders.wire import (
    DEFAULT_FRAME_LIMIT,
    Encoder,
    FrameGone,
    Library,
    Loan,
    Owned,
    Probe,
    Reference,
    Tracked,
    Unsendable,
    decode,
    encode,
    recv_bytes,
    recv_fds_and_frame,
    send_bytes,
)
from graders.wire.arrays import libraries
from graders.wire.own import own_builtins

own_builtins(globals())

MAX_HEARD = 64  #: bytes of the word that numbers were heard

_ANSWER = bytes(encode(("answer", True, None))[:16])  #: how an answer to what was asked begins
_nobody = contextlib.nullcontext()
_exit = os._exit  # kept: the submission may patch what it finds
_getpid = os.getpid


class MissingName(AttributeError):
    """The submission does not define this name."""


def serve(call: socket.socket, device: Device | None = None) -> NoReturn:
    """Answer calls until the other side closes. Never returns, whatever the student's code raises."""
    try:
        _Server(call, device).run()
    except FrameGone:
        _exit(0)
    except BaseException:  # outermost: a student must not end in the zygote's code
        _exit(70)
    _exit(0)


class _Server:
    def __init__(self, call: socket.socket, device: Device | None) -> None:
        self._call, self._device, self._pid = call, device, _getpid()
        os.register_at_fork(after_in_child=self._disown)
        self._objects = Objects()
        self._graphs = Graphs(self._objects)
        self._submission: Submission | None = None
        self._cells: Cells | None = None
        self._borrowing = Borrowing(self._ask)
        self._outputs = streams()
        self._number = 0
        self._busy = False  #: a request is being answered, so that the examiner listens
        self._speaking = threading.RLock()

    def _disown(self) -> None:
        """A child of the student's code (a DataLoader worker, say) must not answer for it."""
        self._call.close()

    def run(self) -> None:
        gc.freeze()
        gc.disable()
        frame, fds = recv_fds_and_frame(self._call, deadline=None)
        request = decode(frame)
        while request["op"] == "prove" and self._device is not None:
            self._device.prove()
            send_bytes(self._call, PROVED, deadline=None)
            frame, fds = recv_fds_and_frame(self._call, deadline=None)
            request = decode(frame)
        self._load(request, fds)
        del frame, request
        gc.enable()
        while True:
            self._answer(recv_bytes(self._call, deadline=None, limit=4 * DEFAULT_FRAME_LIMIT))

    def _load(self, request: dict[str, Any], fds: list[int]) -> None:
        track.install(self._tell)
        self._busy = True
        seed(request["seed"])
        sys.dont_write_bytecode = True
        self._submission = Submission(Path.cwd(), request["files"])
        try:
            self._submission.write(request["data"], fds)
            forbid(request["forbid"], self._submission.sources)
            if request["module"]:
                self._objects.bind_submission(self._submission.load(request["module"]))
            else:  # a notebook, whose cells come one by one; as in Jupyter they import what lies beside it
                self._cells = Cells(self._submission.sources)
                sys.path.append(str(self._submission.folder))
                self._objects.bind_submission(self._cells.module)
            if self._device is not None:
                self._device.settle()
        except BaseException as error:  # SystemExit at import is the student's, and answered
            self._reply(0, error=self._failure(error, kind="load"), changes=b"")
            return
        sources = {name: "\n".join(lines) for name, lines in self._submission.sources.values()}
        self._reply(0, value=sources, changes=b"")

    def _answer(self, frame: bytearray) -> None:
        self._number = number = self._number + 1
        self._busy = True
        tracked: list[Tracked] = []
        heard: list[tuple[Any, ...]] = []
        arguments, limit, kind = Arguments(frame, ()), DEFAULT_FRAME_LIMIT, "raised"
        try:
            operation, target, name, args, kwargs, dropped, limit, living, wanted = decode(
                frame,
                resolve=self._resolve,
                tracked=tracked,
                moves=self._device is not None,
                lent=self._graphs.lent,
            )
            graded, pushes, _along = living or (True, (), ())
            self._graphs.take(pushes)
            self._objects.drop(dropped)
            self._graphs.begin(tracked)
            arguments = Arguments(frame, tracked)
            kind = "load" if operation == "cell" else "raised"
            grading = _nobody if graded else libraries().torch.no_grad()
            with grading, listening(wanted, heard) if wanted else _nobody:
                value = _OPERATIONS[operation](self, target, name, args, dict(kwargs))
            if self._device is not None:
                self._device.settle()
        except BaseException as error:  # the student's exception is an answer
            failure = self._failure(error, kind=kind)
            if self._device is not None and not self._device.works():
                failure["spent"], arguments = True, Arguments(frame, ())
            self._reply(number, error=failure, changes=self._changes(arguments, limit), limit=limit, heard=heard)
        else:
            self._reply(number, value=value, changes=self._changes(arguments, limit), limit=limit, heard=heard)
        self._graphs.end()

    def _ask(self, number: int, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Have the test do something with what it has lent; answer what it asks meanwhile."""
        with self._speaking:
            if not self._busy or _getpid() != self._pid:
                raise RuntimeError("what the test lends can be used only while the test waits")
            encoder = Encoder(fallback=self._export, limit=DEFAULT_FRAME_LIMIT)
            encoder.put(("asked", (number, name), (args, kwargs)))
            send_bytes(self._call, encoder.out, deadline=None)
            frame = recv_bytes(self._call, deadline=None, limit=4 * DEFAULT_FRAME_LIMIT)
            while not frame.startswith(_ANSWER):
                with self._graphs.aside():
                    self._answer(frame)
                self._busy = True
                frame = recv_bytes(self._call, deadline=None, limit=4 * DEFAULT_FRAME_LIMIT)
        _, succeeded, value = decode(
            frame, resolve=self._resolve, tracked=[], moves=self._device is not None, lent=self._graphs.lent
        )
        if not succeeded:
            raise raised(value)
        return value

    def _export(self, value: Any) -> Any:
        return self._borrowing.loan_of(value) or self._objects.export(value)

    def _changes(self, arguments: Arguments, limit: int) -> bytes:
        try:
            return arguments.changed(limit)
        except Unsendable:  # an argument became what does not cross: say nothing about it
            return b""

    def _resolve(self, value: Any) -> Any:
        if type(value) is Reference or type(value) is Owned:
            return self._objects.find(value.number)
        if type(value) is Library:
            return probes.find(value)
        if type(value) is Probe:
            return probes.build(value)
        if type(value) is Loan:
            return self._borrowing.take(value)
        raise TypeError("not a wire value")

    def _failure(self, error: BaseException, *, kind: str = "raised") -> dict[str, Any]:
        sources = self._submission.sources if self._submission else {}
        if isinstance(error, ForbiddenName):
            return {**describe(error, error.__traceback__, sources, kind="forbidden"), "name": error.forbidden}
        if isinstance(error, MissingName):
            return {**describe(error, None, sources, kind="missing"), "name": str(error.args[0])}
        described = describe(error, sys.exc_info()[2], sources, kind=kind)
        if kind == "load" and isinstance(error, SyntaxError):
            filename = sources.get(str(error.filename))
            if filename and type(error.lineno) is int:
                line = {"file": filename[0], "line": error.lineno, "name": "<module>", "source": str(error.text)[:200]}
                described["frames"] = [line]
                described["message"] = str(error.msg)[:500]
        if isinstance(error, ModuleNotFoundError) and type(error.name) is str:
            described["name"] = error.name[:100]
        return described

    def _reply(
        self,
        number: int,
        *,
        value: Any = None,
        error: dict[str, Any] | None = None,
        changes: bytes,
        limit: int = DEFAULT_FRAME_LIMIT,
        heard: Sequence[tuple[Any, ...]] = (),
    ) -> None:
        self._flush()
        with self._speaking:
            self._busy = False
        encoder = Encoder(fallback=self._export, limit=limit)
        encoder.living = self._graphs.living
        told = (*track.take(), *heard)
        try:
            encoder.put((number, error is None, value if error is None else error, changes, told))
        except Unsendable as refused:
            failure = {**describe(refused, None, {}, kind="unsendable"), "key": refused.key}
            encoder = Encoder(limit=limit)
            encoder.put((number, False, failure, changes if len(changes) < limit // 2 else b"", ()))
        if _getpid() != self._pid:
            _exit(0)
        send_bytes(self._call, encoder.out, deadline=None)

    def _tell(self) -> None:
        """Send numbers while the student's code runs; also from a thread of its own."""
        with self._speaking:
            if self._busy and _getpid() == self._pid:
                encoder = Encoder(limit=DEFAULT_FRAME_LIMIT)
                encoder.put(("live", tuple(track.take())))
                send_bytes(self._call, encoder.out, deadline=None)
                recv_bytes(self._call, deadline=None, limit=MAX_HEARD)  # nothing ever comes unasked, on either side

    def _flush(self) -> None:
        for stream in self._outputs:
            try:
                stream.flush()
            except (OSError, ValueError):  # closed by the student
                continue

    def _get(self, target: Any, name: str, _args: Any, _kwargs: Any) -> Any:
        if self._submission is not None and target is self._objects.find(0) and not hasattr(target, name):
            raise MissingName(name)
        return getattr(target, name)

    def _call_method(self, target: Any, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        return self._get(target, name, (), {})(*args, **kwargs)

    def _run_cell(self, _target: Any, name: str, args: tuple[Any, ...], _kwargs: dict[str, Any]) -> Any:
        if self._cells is None:
            raise RuntimeError("the submission is no notebook")
        source, seconds = args
        return self._cells.run(source, name, seconds)

    def _seed(self, target: Any, _name: str, args: tuple[Any, ...], _kwargs: dict[str, Any]) -> None:
        """As a test begins, or where it asks for that; what a test cell has drawn is no part of the next one."""
        seed(args[0])
        if target is None and self._cells is not None:
            figures.close()

    def _backward(self, target: Any, _name: str, args: tuple[Any, ...], _kwargs: dict[str, Any]) -> Any:
        gradients, keys, wanted, accumulate, create = args
        return self._graphs.backward(target, gradients, keys, wanted, accumulate=accumulate, create=create)

    def _run(self, target: Any, _name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        return target(self._objects.find(0), *args, **kwargs)


def _next(_server: _Server, target: Any, *_: Any) -> tuple[bool, Any]:
    try:
        return True, next(target)
    except StopIteration:
        return False, None


def _plain(function: Callable[..., Any]) -> Callable[..., Any]:
    return lambda _server, target, _name, args, kwargs: function(target, *args, **kwargs)


_OPERATIONS: dict[str, Callable[..., Any]] = {
    "get": _Server._get,
    "set": lambda _server, target, name, args, _kwargs: setattr(target, name, args[0]),
    "call": _plain(lambda target, /, *args, **kwargs: target(*args, **kwargs)),
    "method": _Server._call_method,
    "run": _Server._run,
    "cell": _Server._run_cell,
    "backward": _Server._backward,
    "figures": lambda *_: figures.take(),
    "delete": lambda _server, target, name, _args, _kwargs: delattr(target, name),
    "seed": _Server._seed,
    "place": lambda server, target, *_: place_of(target, server._submission.sources),
    "operate": lambda _server, _target, name, args, _kwargs: operate(name, args),
    "len": _plain(len),
    "getitem": _plain(operator.getitem),
    "setitem": _plain(operator.setitem),
    "delitem": _plain(operator.delitem),
    "contains": _plain(operator.contains),
    "instance": _plain(lambda target, value: isinstance(value, target)),
    "iter": _plain(iter),
    "next": _next,
}
