"""Run a command as an ordinary user where the tests run as root: ``-m tests.graders.ordinary_user UID COMMAND…``.

The interpreter may lie in a private home that this user cannot enter; in a mount namespace of its own the command sees
it all the same, as it would on a machine that is the user's own.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from graders.sandbox import kernel
from graders.sandbox.jail import visible_paths

ROOT = Path(__file__).resolve().parents[2]


def open_to_others(folder: Path) -> None:
    """Let another user reach a test's folder, which pytest keeps to its own."""
    for part in (folder, *folder.parents):
        if part.stat().st_uid == os.geteuid() and not part.stat().st_mode & 0o001 and part.parent != Path("/"):
            part.chmod(0o755)


def _closed_folder(path: str) -> str:
    """The outermost folder on the way to ``path`` that others may not enter; empty if there is none."""
    for folder in reversed(Path(path).parents):
        if not folder.stat().st_mode & 0o001:
            return str(folder)
    return ""


def _open_up(paths: list[str]) -> None:
    kernel.unshare(kernel.CLONE_NEWNS)
    kernel.mount("none", "/", None, kernel.MS_REC | kernel.MS_PRIVATE)
    behind = [(path, os.open(path, os.O_PATH), _closed_folder(path)) for path in paths if _closed_folder(path)]
    for folder in {folder for _, _, folder in behind}:
        kernel.mount("tmpfs", folder, "tmpfs", 0, "mode=755,size=1m")
    for path, descriptor, _ in behind:
        Path(path).mkdir(parents=True, exist_ok=True)
        kernel.mount(f"/proc/self/fd/{descriptor}", path, None, kernel.MS_BIND | kernel.MS_REC)


if __name__ == "__main__":
    uid, command = int(sys.argv[1]), sys.argv[2:]
    _open_up([*visible_paths(), str(ROOT)])
    kernel.set_identity(uid, uid)
    os.chdir(ROOT)
    os.environ.update(HOME="/tmp", PYTHONDONTWRITEBYTECODE="1")
    os.execv(command[0], command)
