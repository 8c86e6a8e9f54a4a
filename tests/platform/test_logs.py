"""Lines of the log: one id follows a submission, machines read JSON, people read words, and no line has a secret."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from io import StringIO

import pytest
from django.test import Client

from workers import logs


@pytest.fixture
def log() -> Iterator[logging.Logger]:
    """A logger whose lines only a test's own handlers see."""
    logger = logging.getLogger("tests.lines")
    logger.propagate = False
    logger.setLevel(logging.INFO)
    yield logger
    logger.handlers.clear()


def written(log: logging.Logger, *, as_json: bool) -> StringIO:
    stream = StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logs.formatter(as_json=as_json))
    log.handlers = [handler]
    return stream


def test_what_is_bound_stands_in_each_line_until_it_is_let_go(log: logging.Logger) -> None:
    stream = written(log, as_json=True)
    with logs.bound(job=12, try_number=1):
        log.info("sent to %s", "anna")
    log.warning("afterwards", extra={"pool": "cpu"})
    first, second = (json.loads(line) for line in stream.getvalue().splitlines())
    assert (first["event"], first["job"], first["try_number"], first["level"]) == ("sent to anna", 12, 1, "info")
    assert (first["logger"], second["pool"]) == ("tests.lines", "cpu")
    assert "job" not in second
    assert first["timestamp"].endswith("Z")


def test_people_get_words(log: logging.Logger) -> None:
    stream = written(log, as_json=False)
    with logs.bound(job=12):
        log.info("sent to %s", "anna")
    assert stream.getvalue()[12:].strip() == "INFO tests.lines: sent to anna · job=12"


@pytest.mark.parametrize("as_json", [True, False])
def test_an_address_loses_its_password_wherever_it_stands(log: logging.Logger, as_json: bool) -> None:
    stream = written(log, as_json=as_json)
    url = "rediss://node-anna:hunter2@valkey.example.org:6380/0"
    try:
        raise ConnectionError(f"no route to {url}")
    except ConnectionError:
        log.exception("cannot reach %s", url, extra={"broker": url})
    text = stream.getvalue()
    assert "hunter2" not in text
    assert text.count("valkey.example.org:6380") >= 3
    assert "ConnectionError" in text


def test_each_answer_names_its_request(client: Client, db: None) -> None:
    ids = {client.get("/healthz", headers={"X-Request-ID": "forged"})["X-Request-ID"] for _ in range(2)}
    assert len(ids) == 2
    assert all(len(each) == 12 for each in ids)
