"""JSON messages with descriptors over SOCK_SEQPACKET sockets between our own processes.

One message is one packet. Nothing that a student's process can write to uses this.
"""

from __future__ import annotations

import json
import os
import socket
import struct
from collections.abc import Iterable, Mapping
from typing import Any

MAX_PACKET = 160 * 1024
_MAX_DESCRIPTORS = 8
_CREDENTIALS = struct.Struct("3i")


def pair() -> tuple[socket.socket, socket.socket]:
    """Two connected ends."""
    return socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)


def send(end: socket.socket, message: Mapping[str, Any], descriptors: Iterable[int] = ()) -> None:
    """Send one message.

    Raises:
        OSError: the other end is gone, or the message is too large for a packet.
    """
    data = json.dumps(message).encode()
    socket.send_fds(end, [data], list(descriptors))


def receive(end: socket.socket) -> tuple[dict[str, Any], list[int]]:
    """Receive one message and its descriptors, which are then the caller's to close.

    Raises:
        EOFError: the other end is closed.
        TimeoutError: the socket has a timeout and it passed.
    """
    data, descriptors, flags, _ = socket.recv_fds(end, MAX_PACKET, _MAX_DESCRIPTORS, socket.MSG_CMSG_CLOEXEC)
    if not data:
        raise EOFError("the other end is closed")
    if flags & (socket.MSG_TRUNC | socket.MSG_CTRUNC):
        for descriptor in descriptors:
            os.close(descriptor)
        raise OSError("a message was larger than a packet")
    message = json.loads(data)
    if not isinstance(message, dict):
        raise OSError("a message was not an object")
    return message, list(descriptors)


def receive_with_pid(end: socket.socket) -> tuple[bytes, int]:
    """Receive raw bytes and the sender's pid as seen from here. The socket must have SO_PASSCRED set (unix(7))."""
    size = socket.CMSG_SPACE(_CREDENTIALS.size)
    data, ancillary, _, _ = end.recvmsg(MAX_PACKET, size)
    for level, kind, payload in ancillary:
        if level == socket.SOL_SOCKET and kind == socket.SCM_CREDENTIALS:
            pid, _, _ = _CREDENTIALS.unpack(payload[: _CREDENTIALS.size])
            return data, pid
    return data, 0


def receive_message_with_pid(end: socket.socket) -> tuple[dict[str, Any], int]:
    """Receive one message and its sender's pid as seen from here (SO_PASSCRED).

    Raises:
        EOFError: the other end is closed.
        ValueError: it is not a JSON object.
    """
    data, pid = receive_with_pid(end)
    if not data:
        raise EOFError("the other end is closed")
    message = json.loads(data)
    if not isinstance(message, dict):
        raise ValueError("a message was not an object")
    return message, pid
