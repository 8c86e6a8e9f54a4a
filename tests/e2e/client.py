"""A newcomer's script: the HTTP API by the standard library alone."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from typing import Any

_PATIENCE_SECONDS = 90.0


class Client:
    """One user of the API."""

    def __init__(self, url: str, token: str) -> None:
        self._base, self._token = f"{url}/api/v1", token

    def request(self, method: str, path: str, body: object = None) -> tuple[int, Any]:
        data = None if body is None else json.dumps(body).encode()
        headers = {"Authorization": f"Bearer {self._token}", "Content-Type": "application/json"}
        request = urllib.request.Request(self._base + path, data=data, headers=headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=30) as response:
                return response.status, _body(response.read())
        except urllib.error.HTTPError as error:
            with error:
                return error.code, _body(error.read())

    def get(self, path: str) -> Any:
        status, body = self.request("GET", path)
        assert status == 200, (status, body)
        return body

    def enroll(self, course: str) -> None:
        status, body = self.request("POST", f"/courses/{course}/enrollment")
        assert status in (200, 201), (status, body)

    def post(self, course: str, exercise: str, files: dict[str, str]) -> int:
        status, body = self.request("POST", f"/courses/{course}/exercises/{exercise}/submissions", {"files": files})
        assert status == 201, (status, body)
        return int(body["id"])

    def result(self, number: int, *, pause: float = 0.05) -> dict[str, Any]:
        """Wait until a submission is done; what it came to."""
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while time.monotonic() < deadline:
            body: dict[str, Any] = self.get(f"/submissions/{number}")
            if body["state"] in ("done", "cancelled"):
                return body
            time.sleep(pause)
        raise AssertionError(f"submission {number} is still {body['state']}: {body}")

    def follow(self, number: int) -> dict[str, Any]:
        """Hear a submission's live events to the end, as a page does; what it came to."""
        address, headers = f"{self._base}/submissions/{number}/events", {"Authorization": f"Bearer {self._token}"}
        request = urllib.request.Request(address, headers=headers)
        with urllib.request.urlopen(request, timeout=_PATIENCE_SECONDS) as events:
            for line in events:
                if line.startswith(b"data:") and json.loads(line[5:]).get("kind") == "done":
                    break
        return self.result(number)

    def grade(self, course: str, exercise: str, files: dict[str, str]) -> dict[str, Any]:
        return self.result(self.post(course, exercise, files))


def _body(data: bytes) -> Any:
    try:
        return json.loads(data)
    except ValueError:
        return data.decode(errors="replace")
