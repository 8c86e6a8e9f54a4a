"""One hub for all pages of a web process: two connections to Valkey, nothing lost, nothing that grows."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
import redis
from django.db import connections

from tests.workers.conftest import Submit
from workers import keys
from workers.broker import Broker
from workers.pools import followers, hub, jobs, live
from workers.pools.models import Job, JobState

Events = list[tuple[str, dict[str, Any]]]


async def elsewhere(change: Callable[..., object], *args: object, **options: object) -> None:
    """Change something in a thread, whose connection to the database ends with it."""

    def run() -> None:
        try:
            change(*args, **options)
        finally:
            connections.close_all()

    await asyncio.to_thread(run)


async def watch(job: Job, last_id: str = "") -> Events:
    return [event async for event in live.follow(job.pk, last_id) if event[1]["kind"] != "position"]


def together(*pages: Awaitable[Events], meanwhile: Callable[[], None]) -> list[Events]:
    """Several pages of one process, and what happens once they are open."""

    async def run() -> list[Events]:
        watching = [asyncio.ensure_future(page) for page in pages]
        await asyncio.sleep(0.5)
        await elsewhere(meanwhile)
        return await asyncio.wait_for(asyncio.gather(*watching), 20)

    return asyncio.run(run())


def tell(job: Job, *numbers: int, done: bool = False) -> None:
    for number in numbers:
        live.publish(job.pk, {"kind": "output", "text": str(number)})
    if done:
        live.publish(job.pk, {"kind": "done"})


def texts(events: Events) -> list[str]:
    return [event["text"] for _, event in events if event["kind"] == "output"]


def test_many_pages_share_two_connections_and_each_hears_its_own(
    broker: Broker, platform: redis.Redis, submit: Submit
) -> None:
    followed = [submit(account=f"user:{number}") for number in range(25)]
    before = len(platform.client_list())
    open_connections = []

    def meanwhile() -> None:
        open_connections.append(len(platform.client_list()) - before)
        for job in followed:
            tell(job, job.pk, done=True)

    heard = together(*(watch(job) for job in followed for _ in range(2)), meanwhile=meanwhile)
    assert [texts(events) for events in heard] == [[str(job.pk)] for job in followed for _ in range(2)]
    assert open_connections[0] <= 3


def test_who_comes_later_hears_everything_and_who_comes_back_the_rest(broker: Broker, submit: Submit) -> None:
    job = submit()
    tell(job, 1, 2, 3)
    first: Events = []

    async def both() -> tuple[Events, Events]:
        early = asyncio.ensure_future(watch(job))
        await asyncio.sleep(0.3)
        await elsewhere(tell, job, 4, 5)
        await asyncio.sleep(0.3)
        late = asyncio.ensure_future(watch(job))
        await elsewhere(tell, job, 6, done=True)
        return await asyncio.wait_for(early, 10), await asyncio.wait_for(late, 10)

    early, late = asyncio.run(both())
    assert texts(early) == texts(late) == list("123456")
    first = early
    resumed = together(watch(job, first[3][0]), meanwhile=lambda: None)[0]
    assert texts(resumed) == list("56")


def test_a_page_that_is_too_slow_loses_nothing(broker: Broker, submit: Submit) -> None:
    job = submit()
    count = 4 * followers.KEPT

    async def slow() -> Events:
        events = []
        async for event in live.follow(job.pk):
            if event[1]["kind"] == "position":
                continue
            events.append(event)
            if len(events) == 1:
                await asyncio.sleep(1.5)
        return events

    def flood() -> None:
        tell(job, 0)
        tell(job, *range(1, count), done=True)

    (events,) = together(slow(), meanwhile=flood)
    assert texts(events) == [str(number) for number in range(count)]


def test_the_memory_of_a_job_is_bounded() -> None:
    topic = followers.Topic(1)
    topic.begin("0-0")
    for number in range(1, 500):
        topic.add([(f"{number}-0", {"kind": "output", "text": "x" * 20_000})], since=f"{number - 1}-0")
    assert len(json.dumps(topic.since("499-0"))) < 100
    assert topic.since("1-0") is None, "it is to be read from the stream"
    for number in range(500, 1000):
        topic.add([(f"{number}-0", {"kind": "output", "text": "x"})], since=f"{number - 1}-0")
    kept = topic.since(f"{999 - followers.KEPT}-0")
    assert kept is not None
    assert len(kept) == followers.KEPT
    assert topic.since("500-0") is None


def test_a_page_that_waits_is_told_its_place_and_then_its_end(broker: Broker, submit: Submit) -> None:
    first, job = submit(), submit(account="user:2")

    async def places() -> list[int]:
        found = []
        async for _, event in live.follow(job.pk):
            if event["kind"] == "position":
                found.append(event["position"].ahead)
        return found

    async def run() -> list[int]:
        watching = asyncio.ensure_future(places())
        await asyncio.sleep(1)
        await elsewhere(jobs.cancel, first.pk)
        await asyncio.sleep(2 * hub.LOOK_SECONDS)
        await elsewhere(jobs.cancel, job.pk)
        return await asyncio.wait_for(watching, 10)

    assert asyncio.run(run()) == [1, 0]


@pytest.mark.parametrize("lost", ["the stream", "the event"])
def test_the_end_is_heard_although_valkey_has_lost_it(
    broker: Broker, platform: redis.Redis, submit: Submit, lost: str
) -> None:
    job = submit()

    def end() -> None:
        if lost == "the stream":
            platform.flushall()
        Job.objects.filter(pk=job.pk).update(state=JobState.DONE)

    (events,) = together(watch(job), meanwhile=end)
    assert [event["kind"] for _, event in events] == ["done"]
    assert not platform.exists(keys.live(job.pk))


def test_a_page_hears_all_of_a_job_that_ended_while_the_hub_was_too_busy_to_read(
    broker: Broker, submit: Submit, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A loaded hub reads seconds late, while its look into the database, in a thread, says that the job is over."""
    monkeypatch.setattr(hub, "PACE_SECONDS", 30.0)
    monkeypatch.setattr(hub, "LOOK_SECONDS", 0.2)
    job = submit()
    tell(job, 0)

    def end() -> None:
        tell(job, *range(1, 500))
        Job.objects.filter(pk=job.pk).update(state=JobState.DONE)

    (events,) = together(watch(job), meanwhile=end)
    assert texts(events) == [str(number) for number in range(500)]
