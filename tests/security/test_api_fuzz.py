"""Whatever the API is sent, it answers as its document promises or with a problem document, never with a fault."""

from __future__ import annotations

import json
import os
from collections.abc import Collection
from typing import Any
from urllib.parse import quote

import pytest
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from courseplatform.api import api
from tests.security.world import World

LONG = os.environ.get("GRADUS_LONG") == "1"
#: Of each operation.
EXAMPLES = 2000 if LONG else 40
FIXTURES = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
TEXT = st.text(st.characters(codec=None), max_size=30)  # with NUL, lone surrogates and all else that JSON can say
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=8,
)
RAW = st.binary(max_size=60) | st.sampled_from([b"", b"{", b"[" * 9000, b'{"files": {}', b"\xff\xfe", b"nul", b"1e999"])
HEADERS = st.fixed_dictionaries(
    {},
    optional={
        "Accept": st.sampled_from(["*/*", "text/html", "application/json", "\u00e9"]),
        "Accept-Language": st.sampled_from(["zh-hans", "xx", "en;q=x", "*" * 500]),
        "Last-Event-ID": st.sampled_from(["0-0", "x", "-1", "9" * 40, "1-1;DROP"]),
    },
)


def document() -> dict[str, Any]:
    return json.loads(json.dumps(api.get_openapi_schema(path_prefix="/api/v1/")))  # type: ignore[no-any-return]


def operations() -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (method, path, operation)
        for path, methods in document()["paths"].items()
        for method, operation in methods.items()
    ]


def of_schema(schema: dict[str, Any], whole: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Values of a schema of the document, and now and then others."""
    if "$ref" in schema:
        return of_schema(whole["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]], whole)
    kinds: dict[str, st.SearchStrategy[Any]] = {
        "integer": st.integers(-(2**70), 2**70),
        "number": st.floats(),
        "boolean": st.booleans(),
        "string": TEXT,
        "array": st.lists(ANYTHING, max_size=4),
    }
    kind = schema.get("type", "")
    if kind == "object" and "properties" in schema:
        parts = {name: of_schema(part, whole) for name, part in schema["properties"].items()}
        return st.fixed_dictionaries({}, optional=parts)
    return kinds.get(kind, st.dictionaries(TEXT, ANYTHING, max_size=4))


def calls(
    operation: dict[str, Any], values: dict[str, Any], tokens: Collection[str]
) -> st.SearchStrategy[dict[str, Any]]:
    """What may be sent to an operation: real names and others, bodies of its schema and others, tokens and none."""
    whole = document()
    known = {name: st.just(str(value)) for name, value in values.items()}
    places: dict[str, st.SearchStrategy[str]] = {}
    query: dict[str, st.SearchStrategy[str]] = {}
    for parameter in operation.get("parameters", []):
        name, free = parameter["name"], of_schema(parameter["schema"], whole).map(str)
        target = places if parameter["in"] == "path" else query
        target[name] = st.one_of(known[name], known[name], free) if name in known else free
    content = operation.get("requestBody", {}).get("content", {}).get("application/json")
    good = of_schema(content["schema"], whole).map(lambda body: json.dumps(body).encode()) if content else RAW
    names = st.sampled_from(["submission.py", "predictions.csv"])
    submission = st.builds(lambda name, text: json.dumps({"files": {name: text}}).encode(), names, TEXT)
    return st.fixed_dictionaries(
        {
            "places": st.fixed_dictionaries(places),
            "query": st.fixed_dictionaries({}, optional={**query, "format": TEXT, "cohort": TEXT}),
            "body": st.one_of(good, RAW, submission, ANYTHING.map(lambda body: json.dumps(body).encode())),
            "token": st.sampled_from([*tokens, "gradus_wrong", "\u00e9", ""]),
            "headers": HEADERS,
        }
    )


@pytest.mark.parametrize(
    ("method", "path", "operation"), operations(), ids=lambda part: part if isinstance(part, str) else ""
)
def test_no_call_ends_in_a_fault(world: World, method: str, path: str, operation: dict[str, Any]) -> None:
    client = Client(raise_request_exception=False)
    promised = {int(status) for status in operation["responses"]}

    @settings(max_examples=EXAMPLES, deadline=None, derandomize=not LONG, database=None, suppress_health_check=FIXTURES)
    @given(
        calls(operation, {**world.values, **(world.contest if "competitions" in path else {})}, world.tokens.values())
    )
    def send(call: dict[str, Any]) -> None:
        address = path
        for name, value in call["places"].items():
            address = address.replace(f"{{{name}}}", quote(value.encode("utf-8", "surrogatepass"), safe=""))
        query = "&".join(
            f"{name}={quote(value.encode('utf-8', 'surrogatepass'))}" for name, value in call["query"].items()
        )
        headers = {**call["headers"], "Authorization": f"Bearer {call['token']}"}
        with transaction.atomic():
            answer = client.generic(
                method.upper(), f"{address}?{query}", call["body"], "application/json", headers=headers
            )
            transaction.set_rollback(True)
        assert answer.status_code < 500, f"{answer.status_code}: {method} {address}?{query} {call['body']!r}"
        if answer.status_code >= 400 and not answer.headers["Content-Type"].startswith("text/html"):
            problem = json.loads(answer.content)
            assert problem["status"] == answer.status_code
            assert problem["detail"]
        elif answer.status_code < 400:
            assert answer.status_code in promised

    send()


def test_every_operation_is_tried() -> None:
    assert len(operations()) >= 11
    apps = {path.removeprefix("/api/v1/").split("/")[0] for _method, path, _operation in operations()}
    assert apps >= {"competitions", "courses", "pools", "submissions"}
