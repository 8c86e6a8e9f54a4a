"""What one may send: no NUL, and so much. Django would write a file of any size to the disk before a view sees it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

Scope = dict[str, Any]
Event = Mapping[str, Any]
Receive = Callable[[], Awaitable[Event]]
Send = Callable[[Event], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

#: A little above what forms may hold, so that those are refused by a page of ours.
MARGIN = 4 * 1024 * 1024
#: Where more may come, and how much: a course, and what surrounds the file in a form.
LARGE = {"/studio/upload/": 101 * 1024 * 1024}


class BodyLimit:
    """Answers 413 to what is too large: by its own word before anything is read, else as soon as it is too much."""

    def __init__(self, application: Application) -> None:
        self._application = application
        self._ordinary = settings.DATA_UPLOAD_MAX_MEMORY_SIZE + MARGIN

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._application(scope, receive, send)
            return
        if "\0" in scope["path"] or b"%00" in scope.get("query_string", b""):
            await refuse(scope, send, status=400)  # PostgreSQL would fail at it, wherever it came from
            return
        limit = LARGE.get(scope["path"], self._ordinary)
        if declared(scope) > limit:
            await refuse(scope, send)
            return
        taken, refused = 0, False

        async def counted() -> Event:
            nonlocal taken, refused
            event = await receive()
            if event["type"] == "http.request":
                taken += len(event["body"])
            if taken > limit and not refused:
                refused = True
                await refuse(scope, send)
            return {"type": "http.disconnect"} if refused else event

        async def unless_refused(event: Event) -> None:
            if not refused:
                await send(event)

        await self._application(scope, counted, unless_refused)


def declared(scope: Scope) -> int:
    """The size that the client says its body has; 0 where it says nothing that can be read."""
    lengths = [value for name, value in scope["headers"] if name == b"content-length" and value.isdigit()]
    return max(map(int, lengths), default=0)


def shows_pages(scope: Scope) -> bool:
    """Whether a person's browser asks, not a script."""
    return any(name == b"accept" and b"text/html" in value for name, value in scope["headers"])


async def refuse(scope: Scope, send: Send, *, status: int = 413) -> None:
    page = shows_pages(scope)
    chinese = any(name == b"accept-language" and value.startswith(b"zh") for name, value in scope["headers"])
    with translation.override("zh-hans" if chinese else "en"):
        told = _("The files are too large.") if status == 413 else _("This request cannot be answered")
        if page:
            told = render_to_string(f"{status}.html")
    kind = b"text/html" if page else b"text/plain"
    headers = [(b"content-type", kind + b"; charset=utf-8"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": status, "headers": headers, "trailers": False})
    await send({"type": "http.response.body", "body": told.encode(), "more_body": False})
