"""Whose fault it was that a student ended, by the word of the kernel and of its init."""

from __future__ import annotations

import signal
from dataclasses import dataclass

from graders.outside import Ending
from graders.report import Finding, Outcome
from graders.schema import Limits


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """How a submission came to grief."""

    outcome: Outcome
    finding: Finding


def judge(
    ending: Ending,
    *,
    reason: str,
    failed: bool,
    flooded: bool,
    limits: Limits,
    cpu_seconds: float,
    seconds: float,
) -> Verdict | None:
    """The verdict on an ended student; None if it is not known to have come to grief.

    Args:
        reason: what the examiner saw of it: "", "eof", "timeout" or "protocol".
        failed: a test did not pass, so that a limit which was touched may be why.
        flooded: it printed more than is read.
        cpu_seconds: the processor time that it had.
        seconds: the wall time that it had where it was last.
    """
    usage, hurt = ending.usage, failed or bool(reason)
    if usage.oom_kills or ending.watchdog == "memory":
        return _verdict(Outcome.OUT_OF_MEMORY, "out-of-memory", limit_mb=limits.memory_mb)
    if ending.vanished:
        return _verdict(Outcome.PLATFORM_ERROR, "platform-error")
    if flooded:
        return _verdict(Outcome.OUTPUT_LIMIT, "output-limit", limit_kb=limits.output_kb)
    if usage.cpu_seconds > cpu_seconds or ending.signal == signal.SIGXCPU:
        return _verdict(Outcome.TIMED_OUT, "cpu-limit", limit_seconds=cpu_seconds)
    if reason == "timeout":
        return _verdict(Outcome.TIMED_OUT, "time-limit", limit_seconds=seconds)
    if ending.watchdog == "processes" or (usage.refused_forks and hurt):
        return _verdict(Outcome.PROCESS_LIMIT, "process-limit", limit=limits.processes)
    if ending.watchdog == "disk" or (ending.disk_full and hurt):
        return _verdict(Outcome.DISK_LIMIT, "disk-limit", limit_mb=limits.disk_mb)
    return _crash(ending) if reason == "eof" else _verdict(Outcome.CRASHED, "gone-protocol") if reason else None


def _crash(ending: Ending) -> Verdict:
    if ending.signal:
        return _verdict(Outcome.CRASHED, "killed-by-signal", signal=_signal_name(ending.signal))
    return _verdict(Outcome.CRASHED, "exited-early", code=ending.exit_code if ending.exit_code is not None else -1)


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"number {number}"


def _verdict(outcome: Outcome, key: str, **values: str | float) -> Verdict:
    return Verdict(outcome=outcome, finding=Finding(key=key, values=values))
