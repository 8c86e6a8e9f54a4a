"""``python -m workers.node.check``: whether the node of this folder is in contact with its platform, for containers."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from workers.messages import LEASE_SECONDS
from workers.node.config import ConfigInvalid, NodeConfig

#: The link touches this file whenever the platform has answered a heartbeat.
ALIVE = "alive"


def why_not(folder: Path) -> str:
    """What keeps the node of ``folder`` from being called healthy; empty where nothing does."""
    try:
        silent = time.time() - (folder / ALIVE).stat().st_mtime
    except FileNotFoundError:
        return "the platform has not answered this node yet"
    return f"the platform has not answered for {silent:.0f} s" if silent > 2 * LEASE_SECONDS else ""


def main() -> int:
    try:
        reason = why_not(NodeConfig.from_env().folder)
    except ConfigInvalid as error:
        reason = str(error)
    if reason:
        print(reason, file=sys.stderr)
    return 1 if reason else 0


if __name__ == "__main__":
    sys.exit(main())
