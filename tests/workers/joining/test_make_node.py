"""A fresh machine joins with a code over HTTP, reaches its broker through TLS, and grades."""

from __future__ import annotations

import datetime
import ipaddress
import os
import shutil
import socket
import ssl
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import join_node
import pytest
import redis
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from provision import Problem
from pytest_django.fixtures import Settings
from pytest_django.live_server_helper import LiveServer

from graders.report import Outcome, Report
from tests.workers.conftest import ROOT, Dispatching, Submit, eventually, wait_until_ended
from workers.broker import Broker
from workers.joining import codes
from workers.node.link import connect
from workers.pools.models import Job, Worker, WorkerPool

#: What `make node` does once the packages are there.
START = (
    "import os, sys; sys.path[:0] = ['scripts', '.']; import join_node; env = join_node.prepare(sys.argv[1:]); "
    "os.execve(sys.executable, [sys.executable, '-m', 'workers.node'], {**os.environ, **env})"
)


def certificate(folder: Path) -> Path:
    """A certificate of our own for 127.0.0.1, with its key, in one file."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder(subject_name=name, issuer_name=name, public_key=key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    form = serialization.PrivateFormat.PKCS8
    path = folder / "tls.pem"
    path.write_bytes(
        made.public_bytes(serialization.Encoding.PEM) + key.private_bytes(serialization.Encoding.PEM, form, plain)
    )
    return path


class TlsDoor:
    """TLS before the broker, as a proxy or Valkey's own TLS port is in production."""

    def __init__(self, pem: Path, *, to: int) -> None:
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(pem)
        self._to = to
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self._open: list[socket.socket] = [self._listener]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                raw, _address = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(raw,), daemon=True).start()

    def _serve(self, raw: socket.socket) -> None:
        try:
            outside = self._context.wrap_socket(raw, server_side=True)
            inside = socket.create_connection(("127.0.0.1", self._to))
        except OSError:
            raw.close()
            return
        self._open += [outside, inside]
        threading.Thread(target=self._pump, args=(outside, inside), daemon=True).start()
        self._pump(inside, outside)

    def _pump(self, source: socket.socket, target: socket.socket) -> None:
        try:
            while data := source.recv(65536):
                target.sendall(data)
        except OSError:
            return
        finally:
            for each in (source, target):
                each.close()

    def close(self) -> None:
        for each in self._open:
            each.close()


@pytest.fixture
def pem(tmp_path: Path) -> Path:
    return certificate(tmp_path)


@pytest.fixture
def door(broker: Broker, pem: Path, settings: Settings) -> Iterator[TlsDoor]:
    door = TlsDoor(pem, to=broker.port)
    settings.NODE_REDIS_URL = f"rediss://127.0.0.1:{door.port}/0?ssl_ca_certs={pem}"
    yield door
    door.close()


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """A checkout with what a grading machine runs, and nothing else."""
    folder = tmp_path / "machine"
    for name in ("graders", "workers/node", "scripts"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for path in (ROOT / "workers").glob("*.py"):
        shutil.copy(path, folder / "workers")
    return folder


def test_a_fresh_machine_joins_with_a_code_and_grades(
    machine: Path,
    door: TlsDoor,
    live_server: LiveServer,
    dispatcher: Dispatching,
    submit: Submit,
    ended: list[tuple[Job, Report]],
) -> None:
    pool = WorkerPool.objects.get_or_create(name="cpu")[0]
    code = codes.issue(pool, node="fresh", actor="user:1")
    env = {name: os.environ[name] for name in ("PATH", "TMPDIR") if name in os.environ}
    with (machine / "log").open("wb") as log:
        command = [sys.executable, "-c", START, "--url", live_server.url, "--code", code]
        process = subprocess.Popen(command, cwd=machine, env=env, stdout=log, stderr=log)
    try:
        eventually(lambda: Worker.objects.exists() or process.poll() is not None, seconds=60)
        assert process.poll() is None, (machine / "log").read_text()
        if not Worker.objects.get().rung:
            reasons = f"this machine cannot isolate: {Worker.objects.get().reasons}"
            pytest.fail(reasons) if os.environ.get("CI") else pytest.skip(reasons)
        job = submit("def it():\n    return True\n")
        wait_until_ended(job, seconds=60)
    finally:
        process.terminate()
        process.wait(20)
    assert [(report.outcome, report.score) for _, report in ended] == [(Outcome.GRADED, 10)]
    assert ended[0][1].provenance.node == "fresh"
    secret = machine / "var" / "node.env"
    assert stat.S_IMODE(secret.stat().st_mode) == 0o600
    assert join_node.read(secret).keys() == {"GRADUS_NODE_NAME", "GRADUS_NODE_URL"}
    assert code not in (machine / "log").read_text()
    assert join_node.read(secret)["GRADUS_NODE_URL"].split("@")[0] not in (machine / "log").read_text()


def test_a_certificate_that_nobody_vouches_for_is_refused(door: TlsDoor) -> None:
    with pytest.raises(redis.ConnectionError, match="CERTIFICATE_VERIFY_FAILED"):
        connect(f"rediss://127.0.0.1:{door.port}/0").ping()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--url", "learn.example.org", "--code", "x"], "write the platform's address"),
        (["--url", "http://learn.example.org", "--code", "x"], "--insecure-http"),
        (["--url", "http://127.0.0.1:9", "--code", "x"], "nobody answers"),
        ([], "Add a machine"),
    ],
)
def test_what_keeps_a_machine_from_joining_is_told_with_its_remedy(
    arguments: list[str], told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(join_node, "ENV_FILE", tmp_path / "node.env")
    with pytest.raises(Problem, match=told):
        join_node.prepare(arguments)
    assert not (tmp_path / "node.env").exists()


def test_a_code_that_is_refused_is_told_in_the_platforms_words(
    live_server: LiveServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(join_node, "ENV_FILE", tmp_path / "node.env")
    with pytest.raises(Problem, match="used or older than 30 minutes"):
        join_node.prepare(["--url", live_server.url, "--code", "wrong"])
