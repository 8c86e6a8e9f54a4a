"""Frames on a stream socket: a magic word, a length, one value.

Plain ``recv`` is used wherever a student may be the sender: without room for control messages the kernel itself throws
away descriptors that come along. All deadlines are moments of ``time.monotonic``; None waits for ever.
"""

from __future__ import annotations

import socket
import struct
import time
from collections.abc import Sequence
from typing import Any

from graders.wire.decoding import decode
from graders.wire.encoding import encode
from graders.wire.format import DEFAULT_FRAME_LIMIT, WireError
from graders.wire.own import own_builtins

own_builtins(globals())

MAGIC = b"GRA1"
MAX_FDS = 128
_HEADER = struct.Struct("<4sI")
_SMALL = 256 * 1024


class FrameGone(Exception):
    """The other side is not there any more. ``reason`` is "eof" or "timeout"."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def send_frame(sock: socket.socket, message: Any, *, deadline: float | None, fds: Sequence[int] = ()) -> None:
    """Send one value; descriptors travel with its first byte."""
    send_bytes(sock, encode(message), deadline=deadline, fds=fds)


def send_bytes(
    sock: socket.socket, data: bytes | bytearray, *, deadline: float | None, fds: Sequence[int] = ()
) -> None:
    """Send one encoded value.

    Raises:
        FrameGone: the other side closed, or did not read in time.
    """
    header = _HEADER.pack(MAGIC, len(data))
    pieces = [memoryview(header + data)] if len(data) <= _SMALL else [memoryview(header), memoryview(data)]
    if fds:
        _arm(sock, deadline)
        try:
            socket.send_fds(sock, [pieces[0][:1]], list(fds))
        except TimeoutError as error:
            raise FrameGone("timeout") from error
        except OSError as error:
            raise FrameGone("eof") from error
        pieces[0] = pieces[0][1:]
    for piece in pieces:
        _send_all(sock, piece, deadline)


def recv_frame(sock: socket.socket, *, deadline: float | None, limit: int = DEFAULT_FRAME_LIMIT) -> Any:
    """Receive one plain value."""
    return decode(recv_bytes(sock, deadline=deadline, limit=limit))


def recv_bytes(sock: socket.socket, *, deadline: float | None, limit: int = DEFAULT_FRAME_LIMIT) -> bytearray:
    """Receive the bytes of one value.

    Raises:
        FrameGone: the other side closed, or was silent for too long.
        WireError: what came is no frame, or one over the limit.
    """
    _arm(sock, deadline)
    try:
        first = sock.recv(_SMALL)
    except TimeoutError as error:
        raise FrameGone("timeout") from error
    except OSError as error:
        raise FrameGone("eof") from error
    if not first:
        raise FrameGone("eof")
    if len(first) < _HEADER.size:
        first += _recv_exactly(sock, _HEADER.size - len(first), deadline)
    return _body(sock, first, deadline, limit)


def recv_fds_and_frame(
    sock: socket.socket, *, deadline: float | None, limit: int = 4 * DEFAULT_FRAME_LIMIT
) -> tuple[bytearray, list[int]]:
    """Receive the bytes of one value, and the descriptors that came with its first byte."""
    _arm(sock, deadline)
    try:
        first, fds, _flags, _address = socket.recv_fds(sock, 1, MAX_FDS)
    except TimeoutError as error:
        raise FrameGone("timeout") from error
    except OSError as error:
        raise FrameGone("eof") from error
    if not first:
        raise FrameGone("eof")
    rest = _recv_exactly(sock, _HEADER.size - 1, deadline)
    return _body(sock, first + rest, deadline, limit), fds


def _body(sock: socket.socket, first: bytes, deadline: float | None, limit: int) -> bytearray:
    """The rest of a frame whose header, and perhaps more, has come. Bytes beyond the frame came unasked."""
    magic, length = _HEADER.unpack_from(first)
    if magic != MAGIC:
        raise WireError("what came is no frame")
    if length > limit:
        raise WireError(f"a frame of {length} bytes is over the limit of {limit}")
    if len(first) > _HEADER.size + length:
        raise WireError("bytes came after the frame, unasked")
    return _recv_exactly(sock, length, deadline, first[_HEADER.size :])


def _recv_exactly(sock: socket.socket, length: int, deadline: float | None, first: bytes = b"") -> bytearray:
    if len(first) == length:
        return bytearray(first)
    data = bytearray(length)
    data[: len(first)] = first
    view, got = memoryview(data), len(first)
    while got < length:
        _arm(sock, deadline)
        try:
            count = sock.recv_into(view[got:])
        except TimeoutError as error:
            raise FrameGone("timeout") from error
        except OSError as error:
            raise FrameGone("eof") from error
        if count == 0:
            raise FrameGone("eof")
        got += count
    view.release()
    return data


def _send_all(sock: socket.socket, view: memoryview, deadline: float | None) -> None:
    while view:
        _arm(sock, deadline)
        try:
            view = view[sock.send(view) :]
        except TimeoutError as error:
            raise FrameGone("timeout") from error
        except OSError as error:
            raise FrameGone("eof") from error


def _arm(sock: socket.socket, deadline: float | None) -> None:
    if deadline is None:
        sock.settimeout(None)
        return
    left = deadline - time.monotonic()
    if left <= 0:
        raise FrameGone("timeout")
    sock.settimeout(left)
