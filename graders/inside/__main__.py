"""``python -m graders.inside FD DEVICE``: a student without a sandbox, for authors on their own machine."""

from __future__ import annotations

import importlib
import os
import socket
import sys

from graders.inside.device import opened
from graders.inside.serve import serve


def main() -> None:
    for name in ("numpy", "torch"):
        importlib.import_module(name)
    kind = sys.argv[2]
    device = None if kind == "cpu" else opened(kind=kind, uuid=os.environ.get("CUDA_VISIBLE_DEVICES") or "0")
    serve(socket.socket(fileno=int(sys.argv[1])), device)


if __name__ == "__main__":
    main()
