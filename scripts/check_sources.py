"""No file of the repository names a package registry's host or a path of the machine that it was written on.

Both would tie the project to one workplace: packages come by name, from whatever registry pip and npm are set up for.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
#: Written in pieces, so that this file does not name them either.
HOSTS = [
    r"files\." + "pythonhosted",
    "py" + r"pi\.org",
    "registry" + r"\.npmjs",
    "registry" + r"\.yarnpkg",
    "deb" + r"\.debian\.org",
    "index" + "-url",
    '"resol' + r'ved":\s*"http',
]

#: Folders that every machine has: a path below them says nothing about this one.
EVERYWHERE = {"/", "/home", "/mnt", "/opt", "/srv", "/tmp", "/usr/src", "/var/tmp"}  # noqa: S108 (only names)


def patterns(root: Path = ROOT, home: Path | None = None) -> dict[str, re.Pattern[str]]:
    """What must stand in no file. A path of this machine starts with the checkout, its parent or the home folder."""
    machine = {str(folder) for folder in (root, root.parent, home or Path.home())} - EVERYWHERE
    return {
        "names a package registry's host": re.compile("|".join(HOSTS)),
        "holds a path of this machine": re.compile(
            # Not within a longer path: /proc/1/root/ is everybody's.
            "|".join(rf"(?<![\w}}]){re.escape(folder)}/" for folder in sorted(machine)) or "$^"
        ),
    }


def tracked_files(root: Path = ROOT) -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],  # noqa: S607 (git by its name, as all do)
        cwd=root,
        check=True,
        capture_output=True,
    ).stdout
    return [path for name in listed.decode().split("\0") if name and (path := root / name).is_file()]


def findings(files: list[Path], wanted: dict[str, re.Pattern[str]], root: Path = ROOT) -> Iterator[str]:
    for path in files:
        content = path.read_bytes()
        if b"\0" in content:
            continue  # not text
        for number, line in enumerate(content.decode(errors="replace").splitlines(), start=1):
            for complaint, pattern in wanted.items():
                if pattern.search(line):
                    yield f"{path.relative_to(root)}:{number}: {complaint}: {line.strip()[:100]}"


def main() -> int:
    found = list(findings(tracked_files(), patterns()))
    print("\n".join(found) if found else "no host, no machine path")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
