"""One id follows a job: web process, dispatcher and node each log it, and nobody logs what was handed in."""

from __future__ import annotations

import json
import logging
from io import StringIO

from graders.report import Report
from tests.workers.conftest import Dispatching, Nodes, Submit, eventually, wait_until_ended
from workers import logs
from workers.pools.models import Job


def test_the_number_of_a_job_stands_in_the_lines_of_all_who_deal_with_it(
    dispatcher: Dispatching, nodes: Nodes, submit: Submit, ended: list[tuple[Job, Report]]
) -> None:
    stream, root = StringIO(), logging.getLogger()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logs.formatter(as_json=True))
    root.addHandler(handler)
    before = root.level
    root.setLevel(logging.INFO)
    try:
        nodes.start(LOG_JSON="1")
        with logs.bound(request="abc123"):
            job = submit("sleep 0.125")
        wait_until_ended(job, seconds=60)
        eventually(lambda: "recorded: True" in stream.getvalue(), seconds=60)  # said after it is done
    finally:
        root.removeHandler(handler)
        root.setLevel(before)
    text = stream.getvalue() + (nodes.folder / "anna.log").read_text()
    lines = [json.loads(line) for line in text.splitlines() if line.startswith("{")]
    of_the_job = [line for line in lines if line.get("job") == job.pk]
    assert {line["logger"] for line in of_the_job} >= {
        "workers.pools.jobs",
        "workers.pools.dispatch",
        "workers.node.grading",
        "workers.pools.reports",
    }
    assert [line["request"] for line in of_the_job if line["logger"] == "workers.pools.jobs"] == ["abc123"]
    assert "sleep 0.125" not in text
    assert nodes.url("anna").split(":")[2].split("@")[0] not in text
