"""An identity provider (OpenID Connect, code flow) that listens on loopback and knows one person."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt

CLIENT_ID, SECRET = "gradus", "between-us"
PERSON = {
    "sub": "248289761001",
    "preferred_username": "frida",
    "email": "frida@example.org",
    "email_verified": True,
    "given_name": "Frida",
    "family_name": "Ö",
}


class Handler(BaseHTTPRequestHandler):
    """``/token`` accepts the code "right" with our secret and a verifier of the challenge; ``/userinfo`` its token."""

    server: Provider

    def log_message(self, *_args: object) -> None: ...

    def do_GET(self) -> None:
        path, issuer = urlsplit(self.path).path, self.server.issuer
        if path == "/.well-known/openid-configuration":
            ends = {name: f"{issuer}/{name.removesuffix('_endpoint')}" for name in ENDPOINTS}
            self.answer({"issuer": issuer, "jwks_uri": f"{issuer}/keys", **ends})
        elif path == "/userinfo" and self.headers["Authorization"] == "Bearer opened":
            self.answer(PERSON)
        else:
            self.answer({"error": "not_found"}, status=404)

    def do_POST(self) -> None:
        form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        self.server.asked.append(form)
        if form.get("code") != ["right"] or not form.get("code_verifier"):
            self.answer({"error": "invalid_grant"}, status=400)
            return
        claims = {"iss": self.server.issuer, "aud": CLIENT_ID, "sub": PERSON["sub"], "iat": 1, "exp": 4102444800}
        token = jwt.encode(claims, "k" * 32, algorithm="HS256")
        self.answer({"access_token": "opened", "token_type": "Bearer", "id_token": token})

    def answer(self, data: dict[str, Any], *, status: int = 200) -> None:
        body = json.dumps(data).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


ENDPOINTS = ("authorization_endpoint", "token_endpoint", "userinfo_endpoint")


class Provider(ThreadingHTTPServer):
    """The server, and what it was asked."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: list[dict[str, list[str]]] = []

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


@contextmanager
def running() -> Iterator[Provider]:
    with Provider() as provider:
        thread = threading.Thread(target=provider.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield provider
        finally:
            provider.shutdown()
            thread.join()
