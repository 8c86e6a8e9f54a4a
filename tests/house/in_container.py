"""Run a command as a container with our seccomp profile does: ``-m tests.house.in_container PROFILE|default COMMAND…``.

No new privileges, and the profile loaded by libseccomp, as container engines load it. ``default`` is what a container
without a profile of ours may not do either: make namespaces and mounts. The caller has dropped root already.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import errno
import json
import os
import sys
from pathlib import Path
from typing import Any

PR_SET_NO_NEW_PRIVS = 38
ALLOW, ERRNO = 0x7FFF0000, 0x00050000
CMP_EQ = 4
#: What engines' own profiles refuse to a container without capabilities.
DEFAULT_REFUSES = ("unshare", "setns", "mount", "umount2", "pivot_root", "mount_setattr", "fsopen", "fsmount")


class Argument(ctypes.Structure):
    _fields_ = (
        ("index", ctypes.c_uint),
        ("op", ctypes.c_int),
        ("value", ctypes.c_uint64),
        ("other", ctypes.c_uint64),
    )


def load(profile: dict[str, Any]) -> None:
    """Put the profile on this process and all that it will become."""
    library = ctypes.CDLL(ctypes.util.find_library("seccomp"), use_errno=True)
    library.seccomp_init.restype = ctypes.c_void_p
    library.seccomp_init.argtypes = [ctypes.c_uint32]
    context = ctypes.c_void_p(library.seccomp_init(_action(profile["defaultAction"], profile["defaultErrnoRet"])))
    for rule in profile["syscalls"]:
        for name in rule["names"]:
            number = library.seccomp_syscall_resolve_name(name.encode())
            action = _action(rule["action"], rule.get("errnoRet", errno.EPERM))
            if number == -1 or action == _action(profile["defaultAction"], profile["defaultErrnoRet"]):
                continue  # this libseccomp does not know it: the default holds, as in an engine
            arguments = (Argument * len(rule.get("args", ())))(
                *(Argument(each["index"], CMP_EQ, each["value"], 0) for each in rule.get("args", ()))
            )
            done = library.seccomp_rule_add_array(context, action, number, len(arguments), arguments)
            if done != 0:
                raise OSError(-done, f"the rule of {name} is refused")
    if done := library.seccomp_load(context):
        raise OSError(-done, "the profile is refused")


def _action(name: str, number: int) -> int:
    return ALLOW if name == "SCMP_ACT_ALLOW" else ERRNO | number


def default() -> dict[str, Any]:
    """Everything is allowed but what makes namespaces and mounts."""
    refused = {"names": list(DEFAULT_REFUSES), "action": "SCMP_ACT_ERRNO", "errnoRet": errno.EPERM}
    return {"defaultAction": "SCMP_ACT_ALLOW", "defaultErrnoRet": 0, "syscalls": [refused]}


if __name__ == "__main__":
    ctypes.CDLL(None).prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    load(default() if sys.argv[1] == "default" else json.loads(Path(sys.argv[1]).read_text()))
    os.execv(sys.argv[2], sys.argv[2:])
