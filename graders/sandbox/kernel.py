"""The system calls that the sandbox needs and Python does not have: thin, each return code checked.

Sources: mount(2), mount_setattr(2), pivot_root(2), unshare(2), prctl(2), capabilities(7), close_range(2), madvise(2).
"""

from __future__ import annotations

import ctypes
import os
import platform

_libc = ctypes.CDLL(None, use_errno=True)

MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_BIND, MS_REC, MS_PRIVATE = 2, 4, 8, 4096, 16384, 1 << 18
MNT_DETACH = 2
CLONE_NEWNS, CLONE_NEWUTS, CLONE_NEWIPC = 0x20000, 0x4000000, 0x8000000
CLONE_NEWUSER, CLONE_NEWPID, CLONE_NEWNET = 0x10000000, 0x20000000, 0x40000000
MOUNT_ATTR_RDONLY, MOUNT_ATTR_NOSUID, MOUNT_ATTR_NODEV = 1, 2, 4
AT_FDCWD, AT_RECURSIVE = -100, 0x8000
PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_CAPBSET_DROP = 1, 4, 24
PR_SET_CHILD_SUBREAPER, PR_SET_NO_NEW_PRIVS = 36, 38
CAP_KILL, CAP_SETGID, CAP_SETUID = 5, 6, 7
MADV_COLLAPSE, HUGE_PAGE = 25, 2 << 20  #: bytes, on x86-64 and on aarch64 with pages of 4 kB

#: Numbers of calls that libc may not wrap: these are the same on x86-64 and aarch64 (kernel's unified table, ≥ 424).
SYS_CLOSE_RANGE, SYS_MOUNT_SETATTR = 436, 442
SYS_LANDLOCK_CREATE_RULESET, SYS_LANDLOCK_ADD_RULE, SYS_LANDLOCK_RESTRICT_SELF = 444, 445, 446
SYS_PIVOT_ROOT = {"x86_64": 155, "aarch64": 41}
SYS_CAPSET = {"x86_64": 126, "aarch64": 91}


def call(number: int, *arguments: object) -> int:
    """One raw system call.

    Raises:
        OSError: with the errno that the kernel gave.
    """
    result = int(_libc.syscall(ctypes.c_long(number), *arguments))
    if result < 0:
        _raise(f"system call {number}")
    return result


def mount(source: str, target: str, kind: str | None, flags: int, data: str | None = None) -> None:
    result = _libc.mount(
        source.encode(), target.encode(), kind.encode() if kind else None, ctypes.c_ulong(flags), _bytes(data)
    )
    if result < 0:
        _raise(f"mount {kind or 'bind'} on {target}")


def unmount_detached(target: str) -> None:
    if _libc.umount2(target.encode(), MNT_DETACH) < 0:
        _raise(f"umount {target}")


def protect_mount(target: str, *, recursive: bool) -> None:
    """Make a mount, or a tree of them, read-only, without setuid and without device nodes."""

    class MountAttributes(ctypes.Structure):
        _fields_ = [(name, ctypes.c_uint64) for name in ("attr_set", "attr_clr", "propagation", "userns_fd")]

    wanted = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV
    attributes = MountAttributes(wanted, 0, 0, 0)
    call(
        SYS_MOUNT_SETATTR,
        ctypes.c_int(AT_FDCWD),
        target.encode(),
        ctypes.c_uint(AT_RECURSIVE if recursive else 0),
        ctypes.byref(attributes),
        ctypes.c_size_t(ctypes.sizeof(attributes)),
    )


def pivot_into(root: str) -> None:
    """Make ``root`` (a mount point) the root of this mount namespace and let go of the old one."""
    os.chdir(root)
    call(SYS_PIVOT_ROOT[platform.machine()], b".", b".")
    unmount_detached(".")
    os.chdir("/")


def unshare(flags: int) -> None:
    if _libc.unshare(ctypes.c_int(flags)) < 0:
        _raise("unshare")


def prctl(option: int, argument: int = 0, third: int = 0) -> None:
    zero = ctypes.c_ulong(0)
    if _libc.prctl(ctypes.c_int(option), ctypes.c_ulong(argument), ctypes.c_ulong(third), zero, zero) < 0:
        _raise(f"prctl {option}")


def set_hostname(name: str) -> None:
    if _libc.sethostname(name.encode(), ctypes.c_size_t(len(name))) < 0:
        _raise("sethostname")


def close_all_but(keep: set[int]) -> None:
    """Close every descriptor of this process that is not in ``keep``."""
    first = 0
    for number in sorted(keep):
        if first < number:
            call(SYS_CLOSE_RANGE, ctypes.c_uint(first), ctypes.c_uint(number - 1), ctypes.c_uint(0))
        first = number + 1
    call(SYS_CLOSE_RANGE, ctypes.c_uint(first), ctypes.c_uint(0xFFFFFFFF), ctypes.c_uint(0))


def keep_capabilities(keep: frozenset[int]) -> None:
    """Give up every capability but those in ``keep``, in the bounding set too."""
    for number in range(64):
        if number in keep:
            continue
        try:
            prctl(PR_CAPBSET_DROP, number)
        except OSError:
            if number <= 40:  # every kernel that we run on has at least these
                raise
            break
    mask = sum(1 << number for number in keep)
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)
    low, high = mask & 0xFFFFFFFF, mask >> 32
    data = (ctypes.c_uint32 * 6)(low, low, 0, high, high, 0)
    call(SYS_CAPSET[platform.machine()], ctypes.byref(header), ctypes.byref(data))


def set_identity(uid: int, gid: int) -> None:
    """Become an ordinary user for good; the kernel drops all capabilities on the way from root."""
    os.setgroups([])
    os.setresgid(gid, gid, gid)
    os.setresuid(uid, uid, uid)
    # A changed uid makes the process undumpable, and then it could not write its own uid_map.
    prctl(PR_SET_DUMPABLE, 1)


def map_identity(*, inner_uid: int, inner_gid: int, outer_uid: int, outer_gid: int) -> None:
    """Fill the maps of a fresh user namespace: one uid, one gid (user_namespaces(7))."""
    for name, text in (
        ("setgroups", "deny"),
        ("uid_map", f"{inner_uid} {outer_uid} 1"),
        ("gid_map", f"{inner_gid} {outer_gid} 1"),
    ):
        descriptor = os.open(f"/proc/self/{name}", os.O_WRONLY)
        try:
            os.write(descriptor, text.encode())
        finally:
            os.close(descriptor)


def gather_pages() -> None:
    """Gather this process's own memory into huge pages, so that a fork copies hundreds of table entries, not 50,000.

    With torch in it a fork and its end take 2.8 ms instead of 7.6. A child that writes copies 4 kB, as ever. Do it
    before the first fork: afterwards it would make copies of what the children share. A kernel that cannot (before
    Linux 6.1) or an area that has too little in it stays as it was, which costs time and nothing else.
    """
    with open("/proc/self/maps", encoding="ascii", errors="replace") as maps:  # noqa: PTH123
        areas = [line.split(None, 5) for line in maps.read().splitlines()]
    for span, permissions, _offset, _device, _inode, *name in areas:
        first, end = (int(address, 16) for address in span.split("-"))
        first, end = -(-first // HUGE_PAGE) * HUGE_PAGE, end // HUGE_PAGE * HUGE_PAGE
        if first < end and permissions == "rw-p" and name in ([], ["[heap]"]):
            _libc.madvise(ctypes.c_void_p(first), ctypes.c_size_t(end - first), ctypes.c_int(MADV_COLLAPSE))


def _bytes(text: str | None) -> bytes | None:
    return None if text is None else text.encode()


def _raise(what: str) -> None:
    number = ctypes.get_errno()
    raise OSError(number, f"{what}: {os.strerror(number)}")
