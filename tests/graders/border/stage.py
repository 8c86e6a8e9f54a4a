"""A zygote for tests: exec'd once, forks students and templates without any sandbox. Not for hostile code at large:
each child is bounded by CPU time and an alarm, and all end with the stage."""

from __future__ import annotations

import faulthandler
import json
import os
import resource
import signal
import socket
import sys
from pathlib import Path

import numpy  # noqa: F401 -- imported before the forks, as in the real zygote
import torch
import torch._dynamo

from graders.examiner import template
from graders.inside import serve, warm


def main() -> None:
    control = socket.socket(fileno=int(sys.argv[1]))
    torch.set_num_threads(1)
    faulthandler.register(signal.SIGUSR1, all_threads=True)
    warm.warm_up()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    control.send(b'"ready"')
    while True:
        data, fds, _, _ = socket.recv_fds(control, 65536, 4)
        if not data:
            return
        request = json.loads(data)
        pid = os.fork()
        if pid == 0:
            control.close()
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            _child(request, fds)
        for fd in fds:
            os.close(fd)
        control.send(json.dumps(pid).encode())


def _child(request: dict[str, str], fds: list[int]) -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (60, 60))
    signal.alarm(120)
    os.chdir(request["folder"])
    if request["op"] == "template":
        template.main(socket.socket(fileno=fds[0]), Path(request["folder"]), request["file"])
    os.dup2(fds[1], 1)
    os.dup2(fds[1], 2)
    os.close(fds[1])
    serve.serve(socket.socket(fileno=fds[0]))


if __name__ == "__main__":
    main()
