"""Live events over server-sent events, from a real Valkey."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from datetime import timedelta
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest
from django.http import StreamingHttpResponse
from django.test import AsyncClient, Client
from django.utils import timezone

from courses.accounts.models import ApiToken, User
from courses.catalog.models import Course, Exercise
from courses.exercises import streaming, submitting
from courses.exercises.models import Submission
from tests.courses.conftest import GOOD
from workers.broker import Broker
from workers.pools import live, valkey
from workers.pools.models import WorkerPool

pytestmark = pytest.mark.django_db(transaction=True)

EVENTS: list[dict[str, Any]] = [
    {"kind": "state", "state": "running"},
    {"kind": "output", "text": "hello\nworld"},
    {"kind": "output", "text": "shown", "shown": True},
    {"kind": "test", "name": "test_sums_to_one", "outcome": "passed", "detail": "SECRET"},
    {"kind": "test", "name": "test_is_stable", "outcome": "SECRET"},
    {"kind": "metric", "step": 3, "values": {"loss": 0.5}},
    {"kind": "seed", "seed": "SECRET"},
    {"kind": "done", "state": "done", "outcome": "graded"},
]


def frames_of(text: str) -> list[dict[str, Any]]:
    """The events in a stream, each with its id."""
    events = []
    for block in text.split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.splitlines() if ": " in line and not line.startswith(":"))
        if "data" in fields:
            data = json.loads(fields["data"])
            assert data["kind"] == fields["event"]
            events.append({**data, "id": fields.get("id", "")})
    return events


async def read(response: StreamingHttpResponse) -> str:
    chunks = [chunk async for chunk in cast("AsyncIterator[bytes]", response.streaming_content)]
    return b"".join(chunks).decode()


def stream(user: User, submission: Submission, **headers: str) -> tuple[StreamingHttpResponse, str]:
    client = AsyncClient()
    client.force_login(user)

    async def get() -> tuple[StreamingHttpResponse, str]:
        response = await client.get(f"/submissions/{submission.pk}/events/", headers=headers)
        assert isinstance(response, StreamingHttpResponse)
        return response, await asyncio.wait_for(read(response), 20)

    return asyncio.run(get())


def published(submission: Submission) -> Submission:
    assert submission.job_id is not None
    for event in EVENTS:
        live.publish(submission.job_id, event)
    return submission


@pytest.fixture
def submission(broker: Broker, learner: User, course: Course, exercise: Exercise) -> Submission:
    return published(submitting.submit(learner, course=course, exercise=exercise, files=GOOD))


def test_a_student_hears_of_states_tests_and_the_end(learner: User, submission: Submission) -> None:
    response, text = stream(learner, submission)
    assert response["Content-Type"] == "text/event-stream"
    assert response["Cache-Control"] == "no-cache, no-transform"
    assert response["X-Accel-Buffering"] == "no"
    assert text.startswith("retry: 2000\n\n")
    events = frames_of(text)
    assert [event["kind"] for event in events] == ["state", "state", "output", "test", "metric", "done"]
    assert events[0]["position"]["ahead"] == 0
    assert events[3]["title"] == "Sums to one"
    assert events[-1]["outcome"] == "graded"
    assert "SECRET" not in text


def test_output_of_hidden_tests_is_not_sent(learner: User, submission: Submission) -> None:
    outputs = [event["text"] for event in frames_of(stream(learner, submission)[1]) if event["kind"] == "output"]
    assert outputs == ["shown"]


def test_a_run_sends_its_output(broker: Broker, learner: User, course: Course, exercise: Exercise) -> None:
    run = published(submitting.run(learner, course=course, exercise=exercise, files=GOOD))
    outputs = [event["text"] for event in frames_of(stream(learner, run)[1]) if event["kind"] == "output"]
    assert outputs == ["hello\nworld", "shown"]


def test_a_client_that_comes_back_resumes_where_it_was(learner: User, submission: Submission) -> None:
    events = frames_of(stream(learner, submission)[1])
    resumed = frames_of(stream(learner, submission, **{"Last-Event-ID": events[3]["id"]})[1])
    assert [event["kind"] for event in resumed if event["id"]] == ["metric", "done"]


def test_the_end_is_heard_even_if_the_stream_is_gone(
    learner: User, submission: Submission, end: Callable[..., None], broker: Broker
) -> None:
    end(submission)
    valkey.prompt().flushall()
    events = frames_of(stream(learner, submission)[1])
    assert [event["kind"] for event in events] == ["done"]


def test_a_silent_stream_is_kept_open_by_pings(
    broker: Broker, learner: User, course: Course, exercise: Exercise, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streaming, "PING_SECONDS", 0.05)
    waiting = submitting.submit(learner, course=course, exercise=exercise, files=GOOD)
    client = AsyncClient()
    client.force_login(learner)

    async def first_chunks() -> list[bytes]:
        response = await client.get(f"/submissions/{waiting.pk}/events/")
        assert isinstance(response, StreamingHttpResponse)
        content = cast("AsyncGenerator[bytes]", response.streaming_content)
        chunks = [await anext(content) for _ in range(5)]
        await content.aclose()
        return chunks

    chunks = asyncio.run(asyncio.wait_for(first_chunks(), 20))
    assert chunks.count(b": ping\n\n") == 2, "beside the first words and the place in the queue"


def test_why_nothing_starts_is_told_in_the_readers_language_and_time(
    broker: Broker, learner: User, course: Course, exercise: Exercise
) -> None:
    """In the page's first words and, two seconds later, in those of the hub, which knows of no request."""
    User.objects.filter(pk=learner.pk).update(language="zh-hans", time_zone="Asia/Shanghai")
    waiting = submitting.submit(learner, course=course, exercise=exercise, files=GOOD)
    served = timezone.now() - timedelta(minutes=1)
    WorkerPool.objects.update(served=served)
    client = AsyncClient()
    client.force_login(learner)

    async def first_words() -> list[dict[str, Any]]:
        response = await client.get(f"/submissions/{waiting.pk}/events/")
        assert isinstance(response, StreamingHttpResponse)
        content = cast("AsyncGenerator[bytes]", response.streaming_content)
        text = "".join([(await anext(content)).decode() for _ in range(3)])
        await content.aclose()
        return frames_of(text)

    told = [event["position"]["text"] for event in asyncio.run(asyncio.wait_for(first_words(), 20))]
    assert len(told) == 2
    for text in told:
        assert f"{served.astimezone(ZoneInfo('Asia/Shanghai')):%H:%M}" in text
        assert "没有" in text


def test_the_api_sends_the_same_events_to_who_may_see_them(
    learner: User, bob: User, submission: Submission, client: Client
) -> None:
    url = f"/api/v1/submissions/{submission.pk}/events"
    tokens = {user.username: ApiToken.objects.issue(user=user, name="t")[1] for user in (learner, bob)}
    assert client.get(url, headers={"Authorization": f"Bearer {tokens['bob']}"}).status_code == 404
    assert client.get(url).status_code == 401

    async def get() -> str:
        header = {"Authorization": f"Bearer {tokens['alice']}"}
        response = await AsyncClient().get(url, headers=header)
        assert isinstance(response, StreamingHttpResponse)
        return await asyncio.wait_for(read(response), 20)

    assert frames_of(asyncio.run(get()))[-1]["kind"] == "done"
