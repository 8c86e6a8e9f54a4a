"""Live events of a submission as server-sent events, and which of them a student may see."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from datetime import tzinfo
from typing import Any

from django.conf import settings
from django.http import StreamingHttpResponse
from django.utils import timezone, translation

from courses.exercises.models import Submission
from courses.exercises.showing import current_terms, show_position, title_of, word_position
from graders.report import TestOutcome
from workers.pools import live

PING_SECONDS = 15.0
#: How soon a browser whose connection broke asks again.
RETRY_MS = 2000


def event_stream(submission: Submission, *, last_id: str) -> StreamingHttpResponse:
    """Answer with what happens to a submission from ``last_id`` on. The caller has checked who asks."""
    terms = current_terms(submission)
    titles = {name: title_of(name, test) for name, test in (terms.tests if terms else {}).items()}
    place = show_position(submission)
    first = {"kind": "state", "state": submission.state.value, "position": place.to_dict() if place else None}
    reader = (translation.get_language() or settings.LANGUAGE_CODE, timezone.get_current_timezone())
    frames = _frames(submission, first, titles, last_id=last_id, reader=reader)
    response = StreamingHttpResponse(frames, content_type="text/event-stream")
    response["Cache-Control"] = "no-cache, no-transform"
    response["X-Accel-Buffering"] = "no"
    return response


async def _frames(
    submission: Submission,
    first: Mapping[str, Any],
    titles: Mapping[str, str],
    *,
    last_id: str,
    reader: tuple[str, tzinfo],
) -> AsyncIterator[bytes]:
    """What is told while the request's own language and time zone are no longer in force: ``reader`` has both."""
    language, zone = reader
    yield f"retry: {RETRY_MS}\n\n".encode()
    if not submission.has_ended:
        yield _frame("", first)
    if submission.job_id is None:
        yield _frame("", {"kind": "done"})
        return
    events = live.follow(submission.job_id, last_id)
    pending: asyncio.Task[tuple[str, dict[str, Any]]] | None = None
    try:
        while True:
            pending = pending or asyncio.ensure_future(anext(events))
            finished, _waiting = await asyncio.wait({pending}, timeout=PING_SECONDS)
            if not finished:
                yield b": ping\n\n"
                continue
            task, pending = pending, None
            try:
                event_id, event = task.result()
            except StopAsyncIteration:
                return
            with translation.override(language), timezone.override(zone):
                shown = shown_event(event, titles, is_run=submission.is_run)
            if shown is not None:
                yield _frame(event_id, shown)
    finally:
        if pending is not None:
            pending.cancel()
            await asyncio.wait({pending})
        await events.aclose()  # type: ignore[attr-defined]  # follow is an async generator


def shown_event(event: Mapping[str, Any], titles: Mapping[str, str], *, is_run: bool) -> dict[str, Any] | None:
    """One event as the student may see it: built anew, field by field, so that nothing else slips through."""
    match event.get("kind"):
        case "state":
            return {"kind": "state", "state": "running"}
        case "output" if is_run or event.get("shown") is True:
            return {"kind": "output", "text": str(event.get("text", ""))}
        case "position":
            place = event["position"]
            return {
                "kind": "state",
                "state": "queued",
                "position": {"ahead": place.ahead, "text": word_position(place)},
            }
        case "test" if event.get("outcome") in set(TestOutcome):
            name = str(event.get("name", ""))
            title = titles.get(name) or str((not is_run and event.get("title")) or name)
            return {"kind": "test", "name": name, "title": title, "outcome": str(event["outcome"])}
        case "metric":
            return {"kind": "metric", "step": event.get("step"), "values": event.get("values", {})}
        case "progress":
            numbers = {name: float(event.get(name) or 0.0) for name in ("done", "total")}
            return {"kind": "progress", "label": str(event.get("label", "")), **numbers}
        case "done":
            state = "cancelled" if event.get("state") == "cancelled" else "done"
            return {"kind": "done", "state": state, "outcome": str(event.get("outcome", ""))}
    return None


def _frame(event_id: str, event: Mapping[str, Any]) -> bytes:
    """One server-sent event. JSON has no line breaks of its own, so ``data`` is always one line."""
    identity = f"id: {event_id}\n" if event_id else ""
    return f"{identity}event: {event['kind']}\ndata: {json.dumps(event)}\n\n".encode()
