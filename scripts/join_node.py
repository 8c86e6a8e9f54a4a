"""What `make node` does on a grading machine: a one-time code becomes var/node.env. Standard library only.

The file holds the broker's address with this machine's own user and password, and is readable by its owner alone. Once
it is there, no code is needed any more.
"""

from __future__ import annotations

import argparse
import json
import os
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from provision import VAR, Problem, say

ENV_FILE = VAR / "node.env"
LOOPBACK = ("127.0.0.1", "::1", "localhost")
PATIENCE_SECONDS = 30.0
MAX_ANSWER = 64 * 1024


def prepare(arguments: Sequence[str]) -> dict[str, str]:
    """Read the command line, join if there is a code, and give the node's environment.

    Raises:
        Problem: there is no code and no earlier joining, or the platform refused; the message says what to do.
    """
    parser = argparse.ArgumentParser(prog="bootstrap.py node", description="Make this machine grade.")
    parser.add_argument("--url", default="", help="the platform's address, as a browser sees it")
    parser.add_argument("--code", default="", help="the code from the page of the pools; needed once")
    parser.add_argument("--slots", type=int, help="submissions at a time")
    parser.add_argument("--insecure-http", action="store_true", help="send the code over plain http, unprotected")
    given = parser.parse_args(arguments)
    if given.code:
        write_private(ENV_FILE, exchange(given.url, given.code, insecure=given.insecure_http))
        say(f"This machine has joined; its password lies in {ENV_FILE.name} below var/, readable by you alone.")
    elif not ENV_FILE.is_file():
        raise Problem(
            "this machine has not joined yet. An administrator gets a code with “Add a machine” on the page of the "
            "pools; then run: make node URL=https://… CODE=…"
        )
    return read(ENV_FILE) | ({"GRADUS_NODE_SLOTS": str(given.slots)} if given.slots else {})


def exchange(address: str, code: str, *, insecure: bool) -> dict[str, str]:
    """Send the code to the platform; gives what the node's environment needs.

    Raises:
        Problem: the address cannot be used, nobody answers there, or the code is refused.
    """
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise Problem(f"--url is {address!r}; write the platform's address, for example https://learn.example.org")
    if parts.scheme == "http" and parts.hostname not in LOOPBACK and not insecure:
        raise Problem(
            "over plain http everybody on the way could read this machine's password. Use the https address, or add "
            "--insecure-http if the network between the two is yours alone."
        )
    request = urllib.request.Request(  # noqa: S310 (http or https, as checked above)
        f"{address.rstrip('/')}/nodes/join/",
        data=json.dumps({"code": code}).encode(),
        headers={"Content-Type": "application/json", "User-Agent": "gradus-node"},
    )
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE_SECONDS) as answer:  # noqa: S310
            told = json.loads(answer.read(MAX_ANSWER))
        return {"GRADUS_NODE_NAME": str(told["name"]), "GRADUS_NODE_URL": str(told["url"])}
    except urllib.error.HTTPError as error:
        with error:
            raise Problem(f"the platform refused: {_detail(error)}") from None
    except (ValueError, KeyError, TypeError):
        raise Problem(f"what answers at {address} is no Gradus; look at --url") from None
    except OSError as error:
        raise Problem(f"nobody answers at {address}: {error}") from None


def _detail(error: urllib.error.HTTPError) -> str:
    try:
        return str(json.loads(error.read(MAX_ANSWER))["detail"])
    except (ValueError, KeyError, TypeError):
        return f"it answers with {error.code}"


def write_private(path: Path, variables: Mapping[str, str]) -> None:
    """Write a file that only this user can read, from its first byte on."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.writelines(f"{name}={value}\n" for name, value in variables.items())
    fresh.replace(path)


def read(path: Path) -> dict[str, str]:
    """NAME=value lines, as Docker and systemd read them, too."""
    lines = [line.strip() for line in path.read_text().splitlines()]
    return dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))
