"""The system-call filter: an allow-list, put on last.

Everything that is not named is refused with EPERM; ``clone3`` with ENOSYS, so that libc falls back to ``clone``, whose
flags a filter can read; a call of a foreign architecture ends the process. Refused on purpose, among others: execve,
ptrace, process_vm_*, pidfd_*, unshare, setns, mount, keyctl, SysV and POSIX message IPC, io_uring, bpf, perf and file
locks.
Source: seccomp(2); struct sock_filter in linux/filter.h.
"""

from __future__ import annotations

import ctypes
import errno
import platform
import struct
from dataclasses import dataclass

from graders.sandbox.kernel import call
from graders.sandbox.syscalls import NUMBERS

_AUDIT_ARCH = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_SYS_SECCOMP = {"x86_64": 317, "aarch64": 277}
_X32_BIT = 0x40000000
_ALLOW, _KILL = 0x7FFF0000, 0x80000000
_SUCCESS, _EPERM, _ENOSYS, _EAFNOSUPPORT = (
    0x00050000 | number for number in (0, errno.EPERM, errno.ENOSYS, errno.EAFNOSUPPORT)
)

_NAMESPACE_FLAGS = 0x7E020000  # CLONE_NEW{NS,CGROUP,UTS,IPC,USER,PID,NET}; clone cannot ask for CLONE_NEWTIME
_AF_UNIX = 1
#: TCGETS, FIONREAD, FIONBIO, FIOCLEX, FIONCLEX; FIOASYNC is not among them
_IOCTLS = (0x5401, 0x541B, 0x5421, 0x5451, 0x5450)
#: An accelerator's driver besides: requests of type 'F' to its own files (nv-ioctl-numbers.h), and to its memory
#: manager's plain numbers below 256 and two of its own (uvm_ioctl.h, uvm_linux_ioctl.h). None is a terminal's (0x54xx).
_DRIVER_TYPE, _DRIVER_TYPE_MASK, _MANAGER_MASK, _MANAGER_OWN = 0x4600, 0xFF00, 0xFFFFFF00, (0x30000001, 0x30000002)
#: SETLK, SETLKW, SETOWN, SETSIG, OFD locks, SETLEASE, NOTIFY, SETPIPE_SZ
_FCNTL_REFUSED = (6, 7, 8, 10, 36, 37, 38, 1024, 1026, 1031)
#: PDEATHSIG, DUMPABLE, NAME, TIMERSLACK, GET_SECCOMP, NO_NEW_PRIVS, THP_DISABLE, SET_VMA (names of mappings)
_PRCTLS = (1, 2, 3, 4, 15, 16, 21, 29, 30, 39, 41, 42, 0x53564D41)
_NETWORK_CALLS = ("bind", "listen", "accept", "accept4", "connect")
#: Calls on sockets and where their flags are: urgent bytes on unix sockets were a hole in the kernel (CVE-2025-38236).
_FLAGS_AT = {"sendto": 3, "sendmsg": 2, "sendmmsg": 3, "recvfrom": 3, "recvmsg": 2, "recvmmsg": 3}
_MSG_OOB = 1
_MAP_SHARED_ANONYMOUS = 0x21
#: Calls that change files by name without asking Landlock: (chmod, chown, utime and their kin)
_METADATA_CALLS = (
    *("chmod", "fchmod", "fchmodat", "chown", "fchown", "lchown", "fchownat"),
    *("utime", "utimes", "utimensat", "futimesat"),
)

_LOAD, _JEQ, _JSET, _JGE, _AND, _RETURN = 0x20, 0x15, 0x45, 0x35, 0x54, 0x06
_NUMBER, _ARCH, _ARGUMENT = 0, 4, 16


@dataclass(frozen=True, kw_only=True)
class Policy:
    """What differs between the rungs."""

    unix_sockets: bool  #: unix sockets by name: harmless in a network and mount namespace of one's own
    memfd: bool  #: anonymous files and shared anonymous memory: allowed where a cgroup counts their pages
    own_uid: bool  #: nothing outside belongs to the student's uid; otherwise chmod and its kin succeed and do nothing
    devices: bool = False  #: an accelerator's files are there, and its driver talks to them by ioctl


class _Program:
    """A classic BPF program under construction."""

    def __init__(self) -> None:
        self._code: list[tuple[int, int, int, int]] = []

    def add(self, code: int, value: int, yes: int = 0, no: int = 0) -> None:
        self._code.append((code, yes, no, value))

    def on_number(self, number: int, then: list[tuple[int, int, int, int]]) -> None:
        """Run ``then``, which must return, for the call ``number``, which the accumulator holds before and after."""
        if len(then) <= 255:
            self.add(_JEQ, number, 0, len(then))
            self._code.extend(then)

    def pack(self) -> bytes:
        return b"".join(struct.pack("HBBI", *line) for line in self._code)

    def __len__(self) -> int:
        return len(self._code)


def _low(argument: int) -> tuple[int, int, int, int]:
    return (_LOAD, 0, 0, _ARGUMENT + 8 * argument)


def _one_of(values: tuple[int, ...], hit: int, miss: int, *, argument: int) -> list[tuple[int, int, int, int]]:
    lines = [_low(argument)]
    for place, value in enumerate(values):
        lines.append((_JEQ, len(values) - place, 0, value))
    return [*lines, (_RETURN, 0, 0, miss), (_RETURN, 0, 0, hit)]


def _ioctls(*, devices: bool) -> list[tuple[int, int, int, int]]:
    """Which requests pass. The number decides and not the file: which files there are is Landlock's to say."""
    if not devices:
        return _one_of(_IOCTLS, _ALLOW, _EPERM, argument=1)
    allow = (_RETURN, 0, 0, _ALLOW)
    driver = [_low(1), (_AND, 0, 0, _DRIVER_TYPE_MASK), (_JEQ, 0, 1, _DRIVER_TYPE), allow]
    manager = [_low(1), (_AND, 0, 0, _MANAGER_MASK), (_JEQ, 0, 1, 0), allow]
    return [*driver, *manager, *_one_of((*_IOCTLS, *_MANAGER_OWN), _ALLOW, _EPERM, argument=1)]


def _arguments(policy: Policy) -> dict[str, list[tuple[int, int, int, int]]]:
    allow, refuse = (_RETURN, 0, 0, _ALLOW), (_RETURN, 0, 0, _EPERM)
    socket = _one_of((_AF_UNIX,), _ALLOW, _EAFNOSUPPORT, argument=0)
    pretend = (_RETURN, 0, 0, _SUCCESS)
    shared = [_low(3), (_AND, 0, 0, _MAP_SHARED_ANONYMOUS), (_JEQ, 0, 1, _MAP_SHARED_ANONYMOUS), refuse, allow]
    return {
        "fcntl": _one_of(_FCNTL_REFUSED, _EPERM, _ALLOW, argument=1),
        "socket": socket if policy.unix_sockets else [(_RETURN, 0, 0, _EAFNOSUPPORT)],
        "clone": [_low(0), (_JSET, 0, 1, _NAMESPACE_FLAGS), refuse, allow],
        "clone3": [(_RETURN, 0, 0, _ENOSYS)],
        "ioctl": _ioctls(devices=policy.devices),
        "prctl": _one_of(_PRCTLS, _ALLOW, _EPERM, argument=0),
        "prlimit64": _one_of((0,), _ALLOW, _EPERM, argument=0),
        "memfd_create": [allow if policy.memfd else refuse],
        "mmap": [allow] if policy.memfd else shared,
        "socketpair": socket,
        "sched_setaffinity": [allow] if policy.own_uid else _one_of((0,), _ALLOW, _EPERM, argument=0),
        **{name: [_low(at), (_JSET, 0, 1, _MSG_OOB), refuse, allow] for name, at in _FLAGS_AT.items()},
        **{name: [allow if policy.own_uid else pretend] for name in _METADATA_CALLS},
    }


def build(policy: Policy, machine: str) -> bytes:
    """The filter as packed ``struct sock_filter`` lines for ``machine`` (``x86_64`` or ``aarch64``)."""
    column = {"x86_64": 0, "aarch64": 1}[machine]
    program = _Program()
    program.add(_LOAD, _ARCH)
    program.add(_JEQ, _AUDIT_ARCH[machine], 1, 0)
    program.add(_RETURN, _KILL)
    program.add(_LOAD, _NUMBER)
    if machine == "x86_64":
        program.add(_JGE, _X32_BIT, 0, 1)
        program.add(_RETURN, _KILL)
    by_argument = _arguments(policy)
    for name, lines in by_argument.items():
        if (number := NUMBERS[name][column]) is not None:
            program.on_number(number, lines)
    skip = set(by_argument) | (set() if policy.unix_sockets else set(_NETWORK_CALLS))
    for name, numbers in NUMBERS.items():
        if name not in skip and (number := numbers[column]) is not None:
            program.on_number(number, [(_RETURN, 0, 0, _ALLOW)])
    program.add(_RETURN, _EPERM)
    return program.pack()


def install(policy: Policy) -> None:
    """Put the filter on this thread, for good. ``no_new_privs`` must be set.

    Raises:
        OSError: the kernel refused the filter.
    """
    machine = platform.machine()
    code = build(policy, machine)

    class SockFprog(ctypes.Structure):
        _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.c_char_p)]

    program = SockFprog(len(code) // 8, code)
    call(_SYS_SECCOMP[machine], ctypes.c_uint(1), ctypes.c_uint(0), ctypes.byref(program))
