"""The page of the pools, for administrators."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import formats, timezone
from pytest_django import DjangoAssertNumQueries

from courses.accounts import personal
from courses.accounts.models import User
from graders.report import Outcome
from tests.workers.conftest import broker, running_broker
from workers.audit import trail
from workers.audit.models import AuditEvent
from workers.pools import access, actions, naming
from workers.pools.models import Job, JobState, Lane, Node, PoolState, Sample, Worker, WorkerPool
from workers.ungraded import ungraded

__all__ = ["broker", "running_broker"]  # fixtures
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("broker")]


@pytest.fixture
def pool(db: None) -> WorkerPool:
    """A pool with a worker at work, one that cannot grade, one that is gone, and three jobs that wait."""
    node, _password = access.make("anna", pool="cpu")
    now = timezone.now()
    facts = {"node": node, "first_seen": now, "last_seen": now}
    busy = Worker.objects.create(name="a" * 16, rung="namespaces", versions={"torch": "2.13.0"}, slots=2, **facts)
    Worker.objects.create(name="b" * 16, rung="", reasons=["no user namespaces: enable them"], **facts)
    Worker.objects.create(name="c" * 16, rung="namespaces", gone=now, **facts)
    row = {"kind": "x", "owner": "x", "account": "user:7", "pool": node.pool, "files": {}, "tests": "hidden"}
    Job.objects.create(lane=Lane.SUBMIT, state=JobState.RUNNING, worker=busy, lease_until=now, try_number=1, **row)
    for lane in (Lane.SUBMIT, Lane.SUBMIT, Lane.RUN):
        Job.objects.create(lane=lane, **row)
    Job.objects.filter(state=JobState.QUEUED).update(created=now - timedelta(seconds=90))
    return node.pool


def test_it_shows_queue_workers_and_what_runs(client: Client, dave: User, pool: WorkerPool) -> None:
    client.force_login(dave)
    text = client.get("/pools/").content.decode()
    facts = ("submit 2", "run 1", "torch 2.13.0", "user:7", "no user namespaces", "cannot grade", "gone")
    for expected in facts:
        assert expected in text
    assert re.search(r"\b(9\d|1[01]\d) s|\b[2-5] min", text), "the longest wait; the machine may be slow"


def test_htmx_gets_only_the_part_that_changes(client: Client, dave: User, pool: WorkerPool) -> None:
    client.force_login(dave)
    text = client.get("/pools/", headers={"HX-Request": "true"}).content.decode()
    assert "submit 2" in text
    assert "<html" not in text


def test_without_a_pool_it_says_how_to_start_a_node(client: Client, dave: User) -> None:
    client.force_login(dave)
    assert "manage.py create_node" in client.get("/pools/").content.decode()


@pytest.mark.parametrize(
    "path",
    [
        "/pools/",
        "/pools/cpu/",
        "/pools/cpu/series/",
        f"/pools/cpu/workers/{'a' * 16}/",
        f"/pools/cpu/workers/{'a' * 16}/series/",
        *(f"/pools/cpu/{action}/" for action in actions.POOL),
        *(f"/nodes/anna/{action}/" for action in actions.NODE),
        *(f"/jobs/1/{action}/" for action in actions.JOB),
        "/pools/cpu/requeue-owed/",
    ],
)
def test_strangers_do_not_learn_of_it(client: Client, alice: User, pool: WorkerPool, path: str) -> None:
    post_only = any(word in path for word in ("resume", "requeue"))
    for _ in range(2):
        assert post_only or client.get(path).status_code == 404
        assert client.post(path).status_code in (404, 405)
        client.force_login(alice)
    assert WorkerPool.objects.get().state == PoolState.ON
    assert not AuditEvent.objects.exists()


def test_the_page_of_a_pool_shows_what_can_be_done_and_what_was(client: Client, dave: User, pool: WorkerPool) -> None:
    client.force_login(dave)
    client.post("/pools/cpu/slots/", {"slots": "3"})
    text = client.get("/pools/cpu/").content.decode()
    for expected in ("/pools/cpu/drain/", "/nodes/anna/quarantine/", "at most 3", "slots changed", "after: 3"):
        assert expected in text
    part = client.get("/pools/cpu/", headers={"HX-Request": "true"}).content.decode()
    assert "submit 2" in part
    assert "<html" not in part


def test_a_machine_is_shown_as_gone_since_when_and_its_trust_beside_it(
    client: Client, dave: User, pool: WorkerPool
) -> None:
    access.make("boris", pool="cpu")
    gone, _password = access.make("clara", pool="cpu")
    hour_ago = timezone.now() - timedelta(hours=1)
    Worker.objects.create(node=gone, name="d" * 16, first_seen=hour_ago, last_seen=hour_ago, gone=hour_ago)
    Node.objects.filter(name="clara").update(quarantined=hour_ago, draining=True)
    client.force_login(dave)
    rows = machines_on(client.get("/pools/cpu/").content.decode())
    since = formats.date_format(timezone.localtime(hour_ago), "SHORT_DATETIME_FORMAT")
    assert rows["anna"] == "online trusted"
    assert rows["boris"] == "gone not seen within a day trusted"
    assert rows["clara"] == f"gone since {since} draining in quarantine"


def machines_on(page: str) -> dict[str, str]:
    """What the table of the machines says of each: its state and its trust."""
    table = page.partition('id="machines-title"')[2].partition("</table>")[0]
    rows = re.findall(r'<th scope="row">(\w+)</th>(.*?)<td class="num">', table, re.S)
    return {name: " ".join(re.sub(r"<[^>]+>", " ", cells).split()) for name, cells in rows}


def test_who_waits_is_listed_in_the_order_of_the_queue_and_can_be_cancelled(
    client: Client, dave: User, pool: WorkerPool
) -> None:
    first, second, run = Job.objects.filter(state=JobState.QUEUED).order_by("pk")
    Job.objects.filter(pk=first.pk).update(tag=2.0)
    client.force_login(dave)
    page = client.get("/pools/cpu/").content.decode()
    listed = page.partition('id="waiting-title"')[2].partition("</table>")[0]
    assert re.findall(r"/jobs/(\d+)/cancel/", listed) == [str(job.pk) for job in (run, second, first)]


def test_the_trail_tells_of_lanes_limits_moments_and_groups_in_words(
    client: Client, dave: User, pool: WorkerPool
) -> None:
    client.force_login(dave)
    client.post("/pools/cpu/lanes/", {"lanes": ["3", "4"]})
    client.post("/pools/cpu/hourly/", {"hourly": "20"})
    client.post("/pools/cpu/pause/")
    due = {"due": "2026-11-23T03:07:40.605465+00:00", "group": naming.PLATFORM}
    trail.record(f"user:{dave.pk}", "pool.extend", subject="pool:cpu", details=due)
    page = client.get("/pools/cpu/", headers={"accept-language": "zh-hans"}).content.decode()
    told = page.partition('id="trail-title"')[2]
    for seen in ("现在等待: 重新评分 / 校验", "限额: 每个账号每小时的提交数", "之前: 开启", "2026年11月23日", "平台"):
        assert seen in told
    assert not re.search(r"hourly_each|T03:07|>before: on", told)


def test_the_charts_and_the_table_tell_the_same(client: Client, dave: User, pool: WorkerPool) -> None:
    now = timezone.now()
    for minutes, waiting in ((2, 7), (1, 9), (120, 5)):
        at = now - timedelta(minutes=minutes)
        Sample.objects.create(pool=pool, at=at, waiting=waiting, running=1, slots=2, utilisation=0.5, used_mb=2048)
    client.force_login(dave)
    hour, day = (client.get(f"/pools/cpu/series/?hours={hours}").json() for hours in (1, 24))
    assert (hour["waiting"], hour["utilisation"], hour["memory"]) == ([7, 9], [50, 50], [2, 2])
    assert day["waiting"] == [5, 7, 9]
    rows = re.findall(r'<td class="num">(\d+)</td><td class="num">1</td>', client.get("/pools/cpu/").content.decode())
    assert rows == ["9", "7"]


def test_the_page_of_a_worker_shows_its_machine(client: Client, dave: User, pool: WorkerPool) -> None:
    Worker.objects.filter(name="a" * 16).update(
        devices=[{"name": "H200", "memory_mb": 143771, "used_mb": 1024, "utilisation": 0.25}], utilisation=0.25
    )
    client.force_login(dave)
    text = client.get(f"/pools/cpu/workers/{'a' * 16}/").content.decode()
    for expected in ("anna", "H200", "25 %", "1.0 / 140.4 GB", "user:7", "/nodes/anna/drain/"):
        assert expected in text
    assert client.get(f"/pools/gpu/workers/{'a' * 16}/").status_code == 404
    assert client.get(f"/pools/cpu/workers/{'d' * 16}/").status_code == 404


@pytest.mark.parametrize(
    ("path", "answers", "action"),
    [
        ("/pools/cpu/drain/", {}, "pool.drain"),
        ("/pools/cpu/lanes/", {"lanes": ["3", "4"]}, "pool.close_lanes"),
        ("/pools/cpu/hourly/", {"hourly": "20"}, "pool.change_limit"),
        ("/nodes/anna/drain/", {}, "node.drain"),
        ("/nodes/anna/quarantine/", {"reason": "it is slow"}, "node.quarantine"),
        ("/nodes/anna/slots/", {"slots": "1"}, "node.change_slots"),
        ("/jobs/{job}/cancel/", {}, "job.cancel"),
    ],
)
def test_each_action_asks_first_is_done_once_and_leaves_its_line(
    client: Client, dave: User, pool: WorkerPool, path: str, answers: dict[str, object], action: str
) -> None:
    client.force_login(dave)
    path = path.format(job=Job.objects.order_by("id")[0].pk)
    asked = client.get(path)
    assert asked.status_code == 200
    assert "?</h1>" in asked.content.decode()
    assert not AuditEvent.objects.exists()
    done = client.post(path, answers, follow=True)
    assert done.redirect_chain[-1][0] == "/pools/cpu/"
    assert "notice--success" in done.content.decode()
    again = client.post(path, answers, follow=True).content.decode()
    assert "it is so already" in again
    line = AuditEvent.objects.get()
    assert (line.actor_name, line.action) == ("dave", action)


def test_an_answer_that_cannot_be_is_asked_for_again(client: Client, dave: User, pool: WorkerPool) -> None:
    client.force_login(dave)
    for path, answers in (("/nodes/anna/slots/", {"slots": "-1"}), ("/nodes/anna/quarantine/", {"reason": ""})):
        response = client.post(path, answers)
        assert response.status_code == 400
        assert "errorlist" in response.content.decode()
    assert not AuditEvent.objects.exists()
    assert client.get("/pools/cpu/explode/").status_code == 404


def test_what_is_owed_is_shown_with_its_reason_and_queued_again_with_one_click(
    client: Client, dave: User, pool: WorkerPool
) -> None:
    given_up = Job.objects.filter(state=JobState.QUEUED)
    report = ungraded(Outcome.PLATFORM_ERROR, "three workers died of it").to_dict()
    given_up.update(state=JobState.GAVE_UP, ended=timezone.now(), report=report, deaths=3)
    client.force_login(dave)
    in_chinese = client.get("/pools/cpu/", headers={"accept-language": "zh-hans"}).content.decode()
    assert in_chinese.count("有 3 个工作进程在只评它一个时终止。") == 3
    text = client.get("/pools/cpu/").content.decode()
    assert "Queue all 3 again" in text
    assert text.count("3 workers died while they graded nothing but this.") == 3
    assert text.count("three workers died of it") == 3
    first = Job.objects.filter(state=JobState.GAVE_UP)[0]
    client.post(f"/jobs/{first.pk}/requeue/")
    client.post("/pools/cpu/requeue-owed/")
    assert Job.objects.filter(state=JobState.QUEUED).count() == 3
    assert [line.action for line in AuditEvent.objects.all()] == ["job.requeue"] * 3


def test_the_number_of_queries_does_not_grow_with_the_jobs(
    client: Client, dave: User, pool: WorkerPool, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client.force_login(dave)
    with CaptureQueriesContext(connection) as few:
        client.get("/pools/cpu/")
    job = Job.objects.filter(state=JobState.QUEUED)[0]
    for number in range(60):
        job.pk, job.account, job.state = None, f"user:{number}", (JobState.QUEUED, JobState.GAVE_UP)[number % 2]
        job.ended = timezone.now() if number % 2 else None
        job.report = {"message": "x"} if number % 2 else None
        job.save()
    with django_assert_num_queries(len(few) + 0):
        client.get("/pools/cpu/")


def test_pausing_asks_first_and_resuming_does_not(client: Client, dave: User, pool: WorkerPool) -> None:
    client.force_login(dave)
    assert "Pause the pool cpu?" in client.get("/pools/cpu/pause/").content.decode()
    assert WorkerPool.objects.get().state == PoolState.ON
    assert "notice--success" in client.post("/pools/cpu/pause/", follow=True).content.decode()
    assert WorkerPool.objects.get().state == PoolState.PAUSED
    assert client.get("/pools/cpu/resume/").status_code == 405
    client.post("/pools/cpu/resume/")
    assert WorkerPool.objects.get().state == PoolState.ON


def test_an_unknown_pool_is_not_found(client: Client, dave: User) -> None:
    client.force_login(dave)
    assert client.get("/pools/none/pause/").status_code == 404


def test_the_page_is_chinese_for_chinese_readers(client: Client, dave: User, pool: WorkerPool) -> None:
    client.force_login(dave)
    text = client.get("/pools/", headers={"Accept-Language": "zh-hans"}).content.decode()
    assert "最长等待" in text
    assert "Longest wait" not in text


def test_people_are_called_by_their_names_until_they_delete_their_account(
    client: Client, dave: User, alice: User, pool: WorkerPool
) -> None:
    client.force_login(dave)
    User.objects.filter(pk=alice.pk).update(first_name="Alice", last_name="Adams")
    running = Job.objects.get(state=JobState.RUNNING)
    Job.objects.filter(pk=running.pk).update(account=f"user:{alice.pk}")
    pages = ("/pools/", "/pools/cpu/", f"/pools/cpu/workers/{'a' * 16}/", f"/jobs/{running.pk}/cancel/")
    for called in ("Alice Adams", "deleted account"):
        for page in pages:
            text = client.get(page).content.decode()
            assert called in text, page
            assert f"user:{alice.pk}" not in text, page
        personal.delete_account(User.objects.get(pk=alice.pk))
    Job.objects.filter(pk=running.pk).update(account=naming.PLATFORM)
    assert "of the platform," in client.get("/pools/").content.decode()


def test_half_of_a_queue_goes_to_another_pool_and_a_deadline_moves(
    client: Client, dave: User, pool: WorkerPool
) -> None:
    other = WorkerPool.objects.create(name="more")
    due = timezone.now() + timedelta(hours=3)
    Job.objects.filter(state=JobState.QUEUED).update(due=due, group="cohort:3")
    client.force_login(dave)
    forecast = client.get("/pools/cpu/forecast/", headers={"HX-Request": "true"}).content.decode()
    assert "cohort:3" in forecast
    asked = client.get("/pools/cpu/extend/").content.decode()
    key = f"cohort:3 {due.isoformat()}"
    assert key in asked.replace("&#x27;", "'")
    assert client.post("/pools/cpu/extend/", {"deadline": "cohort:9 never", "hours": "24"}).status_code == 400
    told = client.post("/pools/cpu/extend/", {"deadline": key, "hours": "24"}, follow=True).content.decode()
    assert "it is so already" in told, "no cohort of that number has such a deadline"
    share = {"other": str(other.pk), "part": "half"}
    nobody = client.post("/pools/cpu/share/", share)
    assert nobody.status_code == 400
    assert "No machine of more can take work now" in nobody.content.decode()
    Node.objects.update(pool=other)
    client.post("/pools/cpu/share/", share)
    assert Job.objects.filter(pool=other, state=JobState.QUEUED).count() == 1
    assert AuditEvent.objects.get().details == {"to": "more", "jobs": 1}
