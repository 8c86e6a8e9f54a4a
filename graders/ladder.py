"""Which isolation this machine allows, found out by doing it.

The rungs, strongest first: ``namespaces``, ``landlock``; below that the engine refuses. ``GRADUS_EXPECT`` names the
rung that a machine must have; ``GRADUS_UNSAFE=1`` is the operator's word that all submissions are their own.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import secrets
import stat
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from graders.control import Zygote, ZygoteGone
from graders.outside import Box, BoxFailed
from graders.sandbox import cgroups, landlock
from graders.sandbox.cgroups import Allowance, Groups
from graders.sandbox.jail import hidden_from_others
from graders.sandbox.limits import MIB, BoxLimits, BoxSpec

RUNGS = ("namespaces", "landlock")
MIN_LANDLOCK_ABI = 6
#: Uids that students and examiners run as, where the engine may set uids: nobody else's on any distribution.
FIRST_UID, UIDS = 61184, 512

_REMEDIES = {
    "namespaces": (
        "allow unprivileged user namespaces (sysctl user.max_user_namespaces > 0, "
        "kernel.apparmor_restrict_unprivileged_userns = 0), or in a container "
        "use the seccomp profile deploy/seccomp-node.json and systempaths=unconfined"
    ),
    "landlock": f"run a kernel with Landlock ABI {MIN_LANDLOCK_ABI} or later (Linux 6.12) and landlock in its lsm list",
}


class EngineUnavailable(RuntimeError):
    """This machine cannot grade safely; the message says what is missing and what repairs it."""


@dataclass(frozen=True, kw_only=True)
class Rung:
    """What this machine allows."""

    name: str  #: "namespaces", "landlock" or "none"
    own_uids: bool  #: each sandbox has a uid of its own
    groups: Groups | None  #: None: the watchdog of each init counts instead
    reasons: Mapping[str, str]  #: why a stronger rung, or control groups, are not there

    @property
    def isolation(self) -> str:
        return self.name if self.own_uids or self.name == "none" else f"{self.name}/same-uid"

    @property
    def memory_limit(self) -> str:
        return self.groups.version if self.groups is not None else "watchdog"

    @property
    def one_at_a_time(self) -> bool:
        """Siblings with the same uid and no namespaces of their own must not meet."""
        return self.name != "namespaces" and not self.own_uids

    def spec(
        self, limits: BoxLimits, *, uid: int | None, home: str, devices: Sequence[tuple[str, str]] = ()
    ) -> BoxSpec:
        return BoxSpec(
            namespaces=self.name == "namespaces",
            confined=self.name != "none",
            uid=uid,
            counted=self.groups is not None,
            home=home,
            limits=limits,
            devices=tuple(path if self.name == "namespaces" else source for path, source in devices),
        )

    def allowance(self, limits: BoxLimits) -> Allowance:
        return Allowance(
            memory_bytes=limits.memory_mb * MIB, processes=limits.processes + 2, cpus=limits.threads + 0.25
        )


def find(wanted: str | None = None) -> Rung:
    """The strongest rung that works here, or exactly ``wanted``.

    Raises:
        EngineUnavailable: there is none, or not the one that must be here.
    """
    expected = os.environ.get("GRADUS_EXPECT") or None
    wanted = wanted or os.environ.get("GRADUS_RUNG") or None
    if wanted is not None and wanted not in RUNGS:
        raise EngineUnavailable(f"there is no rung {wanted!r}; the rungs are {' and '.join(RUNGS)}")
    groups, reason = cgroups.find()
    reasons = {} if groups is not None else {"cgroups": reason}
    for name in RUNGS if wanted is None else (wanted,):
        rung = Rung(name=name, own_uids=_own_uids(name, reasons), groups=groups, reasons=reasons)
        failure = _try(rung)
        if failure is None:
            if wanted is None and expected not in (None, name):
                raise EngineUnavailable(_sentence(reasons, f"GRADUS_EXPECT={expected}, but this machine has {name}"))
            return rung
        reasons[name] = failure
    if os.environ.get("GRADUS_UNSAFE") == "1":
        return Rung(name="none", own_uids=False, groups=groups, reasons=reasons)
    raise EngineUnavailable(_sentence(reasons, "no isolation is possible on this machine, so nothing is graded"))


def _own_uids(name: str, reasons: dict[str, str]) -> bool:
    """Whether each sandbox can have a uid of its own: root only, and the interpreter must be in sight of that uid."""
    if os.geteuid() != 0:
        return False
    if name == "landlock" and (folder := hidden_from_others()):
        reasons["uids"] = f"{folder} keeps other users from the interpreter; install it where everybody may read it"
        return False
    return True


def _try(rung: Rung) -> str | None:
    """Build a sandbox of this rung; None if it stands, otherwise why not."""
    if rung.name == "landlock" and (abi := landlock.abi()) < MIN_LANDLOCK_ABI:
        return f"Landlock ABI {abi} is too old"
    limits = BoxLimits(memory_mb=256, processes=16)
    home = make_home(rung, FIRST_UID + UIDS)
    try:
        zygote = Zygote(role="probe", runtime="none", namespaces=rung.name == "namespaces")
    except ZygoteGone as error:
        return str(error)
    try:
        uid = FIRST_UID + UIDS if rung.own_uids else None
        group = rung.groups.make(rung.allowance(limits)) if rung.groups is not None else None
        box = Box(zygote, rung.spec(limits, uid=uid, home=home), order={"main": "probe"}, group=group, stream=True)
        try:
            box.wait_ready()
        finally:
            box.close()
    except (BoxFailed, ZygoteGone, OSError) as error:
        return str(error)
    finally:
        zygote.close()
        remove_home(home)
    return None


def make_home(rung: Rung, uid: int) -> str:
    """The writable folder of a sandbox: private /tmp by namespaces, or a new folder that only its uid may enter."""
    if rung.name == "namespaces":
        return "/tmp"  # noqa: S108  # a private tmpfs, mounted by the sandbox's init
    folder = Path(tempfile.mkdtemp(prefix="gradus-box-"))
    if rung.own_uids:
        os.chown(folder, uid, uid)
    return str(folder)


def remove_home(home: str) -> None:
    """Remove what ``make_home`` made, however deep a student has nested it; no planted link is followed."""
    if home != "/tmp":  # noqa: S108
        with contextlib.suppress(OSError):
            _remove_tree(home)


def _remove_tree(folder: str) -> None:
    """Remove a folder without recursion and by descriptors: what lies deeper is first moved up.

    Raises:
        OSError: a part of it cannot be removed.
    """
    flags = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
    top, names = os.open(folder, flags), (f"{secrets.token_hex(8)}-{number}" for number in itertools.count())
    try:
        while entries := os.listdir(top):  # noqa: PTH208  # by descriptor
            for entry in entries:
                if not _is_folder(entry, top):
                    os.unlink(entry, dir_fd=top)
                    continue
                os.chmod(entry, 0o700, dir_fd=top)
                inner = os.open(entry, flags, dir_fd=top)
                try:
                    for deeper in os.listdir(inner):  # noqa: PTH208
                        os.rename(deeper, next(names), src_dir_fd=inner, dst_dir_fd=top)
                finally:
                    os.close(inner)
                os.rmdir(entry, dir_fd=top)
    finally:
        os.close(top)
    Path(folder).rmdir()


def _is_folder(name: str, parent: int) -> bool:
    return stat.S_ISDIR(os.stat(name, dir_fd=parent, follow_symlinks=False).st_mode)


def _sentence(reasons: Mapping[str, str], head: str) -> str:
    lines = [head + ":"]
    for name, reason in reasons.items():
        remedy = f" — to repair it, {_REMEDIES[name]}" if name in _REMEDIES else ""
        lines.append(f"  {name}: {reason}{remedy}")
    return "\n".join(lines)
