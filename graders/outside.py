"""One sandbox, from the outside: its control group, its first process, the channel to it and what it prints."""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import signal
import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from graders import packets
from graders.control import Zygote, ZygoteGone
from graders.sandbox.cgroups import Group, Usage
from graders.sandbox.limits import BoxSpec

BOX_SECONDS = 30.0
_END_SECONDS = 0.5  #: what an init has to say how its sandbox ended, before it is ended by force
_SWEEP_SECONDS = 5.0


class BoxFailed(Exception):
    """A sandbox could not be built."""


@dataclass(frozen=True, kw_only=True)
class Ending:
    """How a sandbox ended: facts from its init and from the kernel, none from the confined process."""

    status: int | None  #: wait status of the confined process; None if it was still running
    disk_full: bool
    watchdog: str  #: "memory", "processes" or "disk" where the init's watchdog ended it
    vanished: bool  #: its init ended without a word, so something of ours has killed it
    usage: Usage

    @property
    def signal(self) -> int:
        return os.WTERMSIG(self.status) if self.status is not None and os.WIFSIGNALED(self.status) else 0

    @property
    def by_somebody(self) -> bool:
        """Killed, and by no limit; where the process in it is ours, that was somebody from outside."""
        limit = self.usage.oom_kills or self.watchdog
        return self.vanished or (self.signal == signal.SIGKILL and not limit)

    @property
    def exit_code(self) -> int | None:
        return os.WEXITSTATUS(self.status) if self.status is not None and os.WIFEXITED(self.status) else None


class Box:
    """One sandbox, from the outside."""

    def __init__(
        self,
        zygote: Zygote,
        spec: BoxSpec,
        *,
        order: Mapping[str, Any],
        group: Group | None,
        stream: bool,
        extra: tuple[int, ...] = (),
    ) -> None:
        """Ask for a sandbox, put it into its group, and return once its init runs; ``wait_ready`` waits for the rest.

        Args:
            order: what runs in it (``main``) and its arguments.
            stream: the channel is a byte stream (the call socket) rather than packets.
            extra: further descriptors for the process in it.

        Raises:
            BoxFailed: it did not come up in time, or the machine refused a part of it.
            ZygoteGone: there is no zygote to fork it.
        """
        self._group, self._init, self._pidfd = group, -1, -1
        self._contained = spec.namespaces  #: the end of its init is the end of everything in it
        self._ended: dict[str, Any] | None = None
        self._forced = False  #: its init did not answer in time and was ended by us
        self.status, status = packets.pair()
        self.status.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
        self.channel, channel = socket.socketpair(
            socket.AF_UNIX, socket.SOCK_STREAM if stream else socket.SOCK_SEQPACKET
        )
        self.output, output = os.pipe2(os.O_CLOEXEC)
        os.set_blocking(self.output, False)
        try:
            zygote.spawn({**order, "spec": spec.to_dict()}, [status.fileno(), output, channel.fileno(), *extra])
            zygote.enter()
            self._zygote: Zygote | None = zygote
        except ZygoteGone:  # there is nothing in the group: it is the caller's still
            self.status.close()
            self.channel.close()
            os.close(self.output)
            raise
        finally:
            status.close()
            channel.close()
            os.close(output)
        try:
            self._begin()
        except BaseException:
            self.close()
            raise

    def _begin(self) -> None:
        self.status.settimeout(BOX_SECONDS)
        pid = self._expect(b"hello")
        if self._group is not None:
            self._group.attach(pid)
        self.status.send(b"attached")
        self._init = self._expect(b"init")
        self._pidfd = os.pidfd_open(self._init)

    def _expect(self, word: bytes) -> int:
        try:
            data, pid = packets.receive_with_pid(self.status)
        except OSError as error:
            raise BoxFailed(f"a sandbox did not say {word.decode()!r}: {error}") from error
        if data != word:
            raise BoxFailed(f"a sandbox ended before it said {word.decode()!r}: {self.last_words()}")
        return pid

    def wait_ready(self) -> None:
        """Wait until the process in it is confined and warm."""
        self._expect(b"ready")
        self.status.settimeout(0)

    def last_words(self, limit: int = 4096) -> str:
        """What it has printed and nobody has read: why it failed to come up."""
        with selectors.DefaultSelector() as selector:
            selector.register(self.output, selectors.EVENT_READ)
            text = b""
            while len(text) < limit and selector.select(0.2):
                piece = os.read(self.output, limit)
                if not piece:
                    break
                text += piece
        return text.decode(errors="replace")[-limit:].strip()

    @property
    def has_ended(self) -> bool:
        """Whether the process in it is known to have ended."""
        return self._listen(0.0)

    @property
    def init(self) -> int:
        """The first of its processes, as this machine numbers them: by it logs name the sandbox."""
        return self._init

    def pids(self) -> list[int]:
        """Its processes, as this machine numbers them; empty where no control group counts, or none is left."""
        if self._group is None:
            return []
        with contextlib.suppress(OSError):  # the group has just gone
            return self._group.processes()
        return []

    def usage(self) -> Usage | None:
        """What it has used by now; None where no control group counts."""
        return self._group.usage() if self._group is not None else None

    def kill(self) -> None:
        """End everything in it, and go on listening: how it ended is still to be told by ``end``."""
        self._kill()

    @property
    def vanished(self) -> bool:
        """Whether its init has ended without a word."""
        return self._listen(0.0) and not self._ended and not self._forced

    def end(self, *, by_itself: bool = False) -> Ending:
        """End everything in it and say how it ended. After that the sandbox is only to be closed.

        Args:
            by_itself: the confined process is known to be ending: its init gets a moment to tell how.
        """
        if by_itself:
            self._listen(_END_SECONDS)
        self._kill()
        told = self._ended or {}
        usage = self.usage() or Usage(
            oom_kills=0,
            refused_forks=0,
            cpu_seconds=float(told.get("cpu", 0.0)),
            peak_memory_bytes=int(told.get("peak_kb", 0)) * 1024,
        )
        return Ending(
            status=told.get("status"),
            disk_full=bool(told.get("disk_full")),
            watchdog=str(told.get("watchdog", "")),
            vanished=self._ended == {} and not self._forced,
            usage=usage,
        )

    def close(self) -> None:
        """Let go of everything; the sandbox is ended first if it still runs."""
        self._kill()
        self.status.close()
        self.channel.close()
        if self.output >= 0:
            os.close(self.output)
            self.output = -1
        if self._pidfd >= 0:
            os.close(self._pidfd)
            self._pidfd = -1
        if self._group is not None:
            self._group.remove()
            self._group = None
        if self._zygote is not None:
            self._zygote.leave()
            self._zygote = None

    def _kill(self) -> None:
        if self._group is not None:
            self._group.calm(spare=self._init)
        if self._pidfd >= 0 and not self._listen(0.0):
            with contextlib.suppress(OSError):  # its init is gone: then there is nothing more to hear
                self.status.send(b"end")
            self._forced = not self._listen(_END_SECONDS if self._contained else _SWEEP_SECONDS)
        if self._pidfd >= 0:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._pidfd, signal.SIGKILL)
            with selectors.DefaultSelector() as selector:  # readable once it, and what it contains, is no more
                selector.register(self._pidfd, selectors.EVENT_READ)
                selector.select(_SWEEP_SECONDS)
        if self._group is not None:
            self._group.kill()

    def _listen(self, seconds: float) -> bool:
        """Hear out the init for at most ``seconds``; True once the end has been told, or the init is gone."""
        deadline = time.monotonic() + seconds
        while self._ended is None:
            self.status.settimeout(max(deadline - time.monotonic(), 0) or 0.0)
            try:
                data, _ = packets.receive_with_pid(self.status)
            except (BlockingIOError, TimeoutError):
                return False
            except OSError:
                data = b""
            if not data:
                self._ended = {}
            elif data.startswith(b"{"):
                self._ended = json.loads(data)
        return True
