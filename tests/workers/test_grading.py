"""A job's ordinary way: queued, sent, running, done, recorded once, seen live."""

from __future__ import annotations

import asyncio
from typing import Any

from graders.report import Outcome, Report
from tests.workers.conftest import Dispatching, Nodes, Submit, wait_until_ended
from workers.pools import live
from workers.pools.models import Job, JobState


def test_a_job_is_graded_and_its_handler_told_once(
    dispatcher: Dispatching, nodes: Nodes, submit: Submit, ended: list[tuple[Job, Report]]
) -> None:
    nodes.start()
    job = submit()
    wait_until_ended(job)
    job.refresh_from_db()
    assert job.state == JobState.DONE
    assert job.try_number == 1
    assert job.lease_until is None
    assert len(ended) == 1
    report = ended[0][1]
    assert (report.outcome, report.score) == (Outcome.GRADED, 10)
    assert report.provenance.node == "anna"
    assert Report.from_dict(job.report) == report


def test_who_follows_sees_output_and_the_end(
    dispatcher: Dispatching, nodes: Nodes, submit: Submit, ended: list[tuple[Job, Report]]
) -> None:
    nodes.start()
    job = submit("print 100")

    async def watch(last_id: str = "") -> list[tuple[str, dict[str, Any]]]:
        return [event async for event in live.follow(job.pk, last_id) if event[1]["kind"] != "position"]

    events = asyncio.run(asyncio.wait_for(watch(), 20))
    assert events[0][1]["kind"] == "state"
    text = "".join(event["text"] for _, event in events if event["kind"] == "output")
    assert text == "".join(f"line {number}\n" for number in range(100))
    assert events[-1][1] == {"kind": "done", "state": "done", "outcome": "graded", "try": 1}
    assert len(events) < 60, "output is coalesced"
    later = asyncio.run(asyncio.wait_for(watch(events[0][0]), 20))
    assert later == events[1:], "who comes back gets what was missed"
