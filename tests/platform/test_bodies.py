"""Nobody fills the disk: what is too large is refused before it is kept, whether or not its size was declared."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from asgiref.sync import async_to_sync

from courseplatform import bodies

MB = 1024 * 1024


def post(path: str, chunks: Iterator[bytes], **headers: str) -> tuple[int, bytes, int]:
    """Send a body to an application that reads all of it; gives status, answer, and how many bytes it was given."""
    given = 0

    async def application(scope: Any, receive: Any, send: Any) -> None:
        nonlocal given
        while True:
            event = await receive()
            given += len(event.get("body", b""))
            if event["type"] == "http.disconnect" or not event["more_body"]:
                break
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"taken", "more_body": False})

    async def receive() -> dict[str, Any]:
        chunk = next(chunks, b"")
        return {"type": "http.request", "body": chunk, "more_body": chunk != b""}

    sent: list[dict[str, Any]] = []

    async def send(event: Any) -> None:
        sent.append(event)

    scope = {
        "type": "http",
        "path": path,
        "headers": [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()],
    }
    async_to_sync(bodies.BodyLimit(application))(scope, receive, send)
    assert [event["type"] for event in sent] == ["http.response.start", "http.response.body"]
    return sent[0]["status"], sent[1]["body"], given


def test_what_says_that_it_is_too_large_is_not_read() -> None:
    assert post("/profile/", iter([b"x"]), content_length=str(17 * MB)) == (413, b"The files are too large.", 0)


def test_a_person_gets_a_page_and_the_way_back() -> None:
    length = {"content_length": str(17 * MB), "accept_language": "zh-CN"}
    status, said, _given = post("/profile/", iter([b"x"]), accept="text/html,*/*;q=0.8", **length)
    assert status == 413
    assert '<html lang="zh-Hans"' in said.decode()
    assert "文件太大。" in said.decode()


def test_what_does_not_say_so_is_cut_off() -> None:
    status, said, given = post("/profile/", iter([b"x" * MB] * 1000), accept_language="zh-CN,zh;q=0.9")
    assert (status, said.decode()) == (413, "文件太大。")
    assert given <= 16 * MB


@pytest.mark.parametrize(("path", "size"), [("/profile/", 15), ("/studio/upload/", 100)])
def test_what_fits_is_taken_whole(path: str, size: int) -> None:
    assert post(path, iter([b"x" * MB] * size), content_length=str(size * MB)) == (200, b"taken", size * MB)


def test_a_length_that_is_none_changes_nothing() -> None:
    assert post("/profile/", iter([b"x"]), content_length="-1e9")[0] == 200


def test_an_address_with_a_nul_reaches_no_database() -> None:
    assert post("/courses/a\0b/", iter([b"x"]))[0] == 400
