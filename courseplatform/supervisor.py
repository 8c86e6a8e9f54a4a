"""Keeps the processes of one machine running: starts them, starts again what dies, and ends them all. Standard library.

The supervisor waits for signals and nothing else: SIGCHLD says that a process ended, SIGTERM and SIGINT that all shall
end. It has no threads, so what runs between fork and exec is safe. No process outlives it: the kernel kills each when
the supervisor dies, however it dies (``PR_SET_PDEATHSIG``).
"""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

#: A process that lived less than this has failed to start rather than died.
FAST_DEATH_SECONDS = 5.0
#: The longest wait before a process that keeps failing is tried again.
LONGEST_DELAY_SECONDS = 15.0
#: How long processes may take to end by themselves before they are killed.
GRACE_SECONDS = 5.0

END_SIGNALS = {signal.SIGTERM, signal.SIGINT, signal.SIGHUP}
PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True, kw_only=True)
class Service:
    """One process to keep running."""

    #: Names the pid file and the log.
    name: str
    command: Sequence[str]
    #: The whole environment of the process; nothing is inherited.
    env: Mapping[str, str]


@dataclass(kw_only=True)
class Running:
    """A service and what became of it."""

    service: Service
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    #: How often in a row it died fast.
    failures: int = 0
    #: When to start it again, while it is not running.
    due: float = field(default=0.0)


def restart_delay(failures: int) -> float:
    """None after a death in good health and after the first fast one; then twice as long each time."""
    return 0.0 if failures < 2 else min(0.5 * 2 ** (failures - 2), LONGEST_DELAY_SECONDS)


class Supervisor:
    """Runs services in ``folder``, where each has ``NAME.pid`` and ``NAME.log``."""

    def __init__(self, folder: Path, *, cwd: Path, say: Callable[[str], None] = print) -> None:
        self.folder = folder
        self.cwd = cwd
        self.say = say
        self.running: dict[str, Running] = {}
        folder.mkdir(parents=True, exist_ok=True)

    def __enter__(self) -> Supervisor:
        # Blocked, a signal waits until `wait` asks for it: none is lost, none interrupts anything.
        self._mask = signal.pthread_sigmask(signal.SIG_BLOCK, {*END_SIGNALS, signal.SIGCHLD})
        return self

    def __exit__(self, *_exception: object) -> None:
        self.stop()
        signal.pthread_sigmask(signal.SIG_SETMASK, self._mask)

    def start(self, service: Service) -> None:
        """Start a service for the first time, with an empty log."""
        (self.folder / f"{service.name}.log").write_bytes(b"")
        running = self.running[service.name] = Running(service=service)
        self._spawn(running)

    def run(self, command: Sequence[str], env: Mapping[str, str]) -> tuple[int, str]:
        """Run a command to its end; gives its status and what it printed. A signal to end ends it, as Ctrl-C would."""
        with tempfile.TemporaryFile() as output:
            process = self._popen(command, env, stdout=output, stderr=None)
            while not has_ended(process):
                caught = signal.sigtimedwait({*END_SIGNALS, signal.SIGCHLD}, 1.0)
                if caught is not None and caught.si_signo in END_SIGNALS:
                    buried(process)
                    raise KeyboardInterrupt
            status = buried(process)
            output.seek(0)
            return status, output.read().decode(errors="replace")

    def wait(self, seconds: float) -> bool:
        """Keep all running for a while; True when a signal said that all shall end."""
        until = time.monotonic() + seconds
        while (now := time.monotonic()) < until:
            pending = [each.due for each in self.running.values() if each.process is None]
            caught = signal.sigtimedwait({*END_SIGNALS, signal.SIGCHLD}, max(0.0, min([until, *pending]) - now))
            if caught is not None and caught.si_signo in END_SIGNALS:
                return True
            self._look_after()
        return False

    def stop(self, *, last: str = "valkey") -> None:
        """End all, ``last`` after the others, since they speak to it while they end."""
        names = [name for name in self.running if name != last]
        self._end([self.running.pop(name) for name in names])
        if last in self.running:
            self._end([self.running.pop(last)])

    def _spawn(self, running: Running) -> None:
        service = running.service
        with (self.folder / f"{service.name}.log").open("ab") as log:
            running.process = self._popen(service.command, service.env, stdout=log, stderr=log)
        running.started = time.monotonic()
        pid_file = self.folder / f"{service.name}.pid"
        fresh = pid_file.with_suffix(".new")
        fresh.write_text(f"{running.process.pid}\n")
        fresh.replace(pid_file)

    def _popen(
        self, command: Sequence[str], env: Mapping[str, str], *, stdout: IO[bytes] | None, stderr: IO[bytes] | None
    ) -> subprocess.Popen[bytes]:
        supervisor = os.getpid()

        def become_child() -> None:
            signal.pthread_sigmask(signal.SIG_SETMASK, ())
            _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
            if os.getppid() != supervisor:
                os._exit(1)  # the supervisor died before the kernel was told

        return subprocess.Popen(
            command,
            cwd=self.cwd,
            env=dict(env),
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=stderr,
            start_new_session=True,  # the terminal's Ctrl-C is the supervisor's alone
            preexec_fn=become_child,  # safe: the supervisor has no threads
        )

    def _look_after(self) -> None:
        """Reap what ended, and start again what is due."""
        for running in self.running.values():
            if running.process is not None and has_ended(running.process):
                self._note_death(running, buried(running.process))
            if running.process is None and time.monotonic() >= running.due:
                self._spawn(running)

    def _note_death(self, running: Running, status: int) -> None:
        lived = time.monotonic() - running.started
        running.failures = running.failures + 1 if lived < FAST_DEATH_SECONDS else 0
        delay = restart_delay(running.failures)
        running.process, running.due = None, time.monotonic() + delay
        how = f"was killed by signal {-status}" if status < 0 else f"ended with status {status}"
        when = f"starting it again in {delay:.1f} s" if delay else "starting it again"
        self.say(f"{running.service.name} {how} after {lived:.1f} s; {when}. Log: {running.service.name}.log")

    def _end(self, ending: Sequence[Running]) -> None:
        """Ask politely, wait a little, then kill; whole sessions, so that children of the processes end as well."""
        processes = [each.process for each in ending if each.process is not None]
        for process in processes:
            os.kill(process.pid, signal.SIGTERM)  # unreaped, so the number is still its own
        deadline = time.monotonic() + GRACE_SECONDS
        while not all(has_ended(process) for process in processes) and time.monotonic() < deadline:
            again = signal.sigtimedwait({*END_SIGNALS, signal.SIGCHLD}, max(0.0, deadline - time.monotonic()))
            if again is not None and again.si_signo in END_SIGNALS:
                break  # asked twice: at once
        for process in processes:
            buried(process)
        for each in ending:
            (self.folder / f"{each.service.name}.pid").unlink(missing_ok=True)


def has_ended(process: subprocess.Popen[bytes]) -> bool:
    """Whether it ended, leaving it unreaped, so that its number stays its own until ``buried``."""
    return os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def buried(process: subprocess.Popen[bytes]) -> int:
    """Kill the process, and what it left in its group, and reap it; gives its status as ``Popen`` does."""
    os.killpg(process.pid, signal.SIGKILL)
    return process.wait()
