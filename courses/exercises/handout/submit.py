"""Hand this exercise in, wait for the grade, print it.

    python submit.py

Needs Python alone. Your token, from your profile page, is read from GRADUS_TOKEN or asked for; it is sent to no other
server than the one that this archive came from (exercise.json), or the one that GRADUS_SERVER names.
Exit status: 0 with full marks, 1 with fewer, 2 where nothing was graded.
"""

from __future__ import annotations

import getpass
import json
import os
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NoReturn

FOLDER = Path(__file__).resolve().parent
MARKS = {"passed": "+", "failed": "-", "error": "!", "timed_out": "!", "not_run": " "}


class Refused(Exception):
    """It cannot be done; the message says why."""


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A token goes to the server that it is meant for, and not where that one points."""

    def redirect_request(self, *arguments: Any) -> NoReturn:
        raise Refused(f"the server says that it is at {arguments[-1]}; put its address into GRADUS_SERVER")


class Server:
    def __init__(self, address: str, token: str) -> None:
        self.address, self._token = address.rstrip("/"), token
        self._opener = urllib.request.build_opener(_NoRedirect)

    def ask(self, path: str, body: object = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        headers = {"Authorization": f"Bearer {self._token}", "Content-Type": "application/json"}
        if not self.address.startswith(("http://", "https://")):
            raise Refused(f"{self.address} is no address of a server; it begins with https://")
        request = urllib.request.Request(f"{self.address}/api/v1{path}", data=data, headers=headers)  # noqa: S310
        try:
            with self._opener.open(request, timeout=30) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            with error:
                raise Refused(_reason(error)) from None
        except (OSError, ValueError) as error:
            reason = getattr(error, "reason", error)
            raise Refused(f"{self.address} does not answer ({reason}); is it the right server?") from None


def _reason(error: urllib.error.HTTPError) -> str:
    try:
        return str(json.load(error)["detail"])
    except (ValueError, KeyError, TypeError):
        return f"the server answers {error.code} {error.reason}"


def read_files(names: Iterable[str]) -> dict[str, str]:
    files = {}
    for name in names:
        try:
            files[name] = (FOLDER / name).read_text("utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise Refused(f"{name} cannot be read: {error}") from None
    return files


def wait(server: Server, number: int) -> Any:
    """Ask until it is done; say where it stands whenever that changes."""
    told = ""
    while True:
        result = server.ask(f"/submissions/{number}")
        if result["state"] in ("done", "cancelled"):
            return result
        place = f", {result['position']} in the queue" if result.get("position") else ""
        now = f"{result['state']}{place} {result.get('reason') or ''}".rstrip()
        if now != told:
            print(now, flush=True)
        told = now
        time.sleep(1)


def show(result: Any) -> None:
    print(f"\n{result['score']:g} of {result['max_score']:g} points ({result['outcome']})")
    if result["message"]:
        print(result["message"])
    for test in result["tests"]:
        mark, outcome = MARKS.get(test["outcome"], "?"), test["outcome"].replace("_", " ")
        print(f"  {mark} {test['title']}: {outcome}, {test['points']:g} of {test['max_points']:g}")
        if test["outcome"] != "passed":
            print(*(f"      {line}" for line in test["message"].splitlines()), sep="\n")
            if test["hints"]:
                print(f"      {test['hints']} hints wait on the page")
    if result["output"]:
        print("\nWhat your code printed:", *result["output"].splitlines(), sep="\n  ")


def main() -> int:
    known = json.loads((FOLDER / "exercise.json").read_text("utf-8"))
    number = None
    try:
        files = read_files(known["files"])
        token = os.environ.get("GRADUS_TOKEN") or getpass.getpass("Token (from your profile page): ").strip()
        server = Server(os.environ.get("GRADUS_SERVER") or known["server"], token)
        path = f"/courses/{known['course']}/exercises/{known['exercise']}/submissions"
        number = server.ask(path, {"files": files})["id"]
        page = f"{server.address}/submissions/{number}/"
        print(f"handed in: {page}", flush=True)
        result = wait(server, number)
        if result["state"] == "cancelled":
            raise Refused("it was cancelled, and cost no attempt")
        show(result)
        print(f"\n{page}")
    except Refused as error:
        print(error, file=sys.stderr)
        return 2
    except (KeyboardInterrupt, EOFError):
        print("\nnot waiting; the grade comes anyway" if number else "\nnothing was handed in", file=sys.stderr)
        return 2
    return 0 if result["outcome"] == "graded" and result["score"] == result["max_score"] else 1


if __name__ == "__main__":
    sys.exit(main())
