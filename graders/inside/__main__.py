"""``python -m graders.inside FD``: a student without a sandbox, for authors on their own machine."""

from __future__ import annotations

import importlib
import socket
import sys

from graders.inside.serve import serve


def main() -> None:
    for name in ("numpy", "torch"):
        importlib.import_module(name)
    serve(socket.socket(fileno=int(sys.argv[1])))


if __name__ == "__main__":
    main()
