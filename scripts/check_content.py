"""Prove the exercises of the bundled courses, as ``python -m graders check`` does.

python scripts/check_content.py [FOLDER ...]      exercise folders; all of content/ where none is named
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def exercises() -> list[Path]:
    """The bundled exercises."""
    return sorted(path.parent for path in ROOT.glob("content/*/*/exercises/*/exercise.yaml"))


def main() -> int:
    folders = [Path(name).resolve() for name in sys.argv[1:]] or exercises()
    return subprocess.run(
        [sys.executable, "-m", "graders", "check", *map(str, folders)], cwd=ROOT, check=False
    ).returncode


if __name__ == "__main__":
    sys.exit(main())
