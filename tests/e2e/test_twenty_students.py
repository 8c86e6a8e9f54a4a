"""Twenty students submit over HTTP while the node, the dispatcher and the broker are killed: twenty grades, no more."""

from __future__ import annotations

import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.e2e.client import Client
from tests.e2e.conftest import Platform
from tests.e2e.test_newcomer import ATTENTION, COURSE

STUDENTS = 20
MAKE_TOKENS = """
from courses.accounts.models import ApiToken, User
for number in range({students}):
    user, _ = User.objects.get_or_create(username=f"twenty-{{number}}")
    print("token", ApiToken.objects.issue(user=user, name="twenty")[1])
"""


@pytest.mark.long
@pytest.mark.timeout(400)
def test_each_of_twenty_students_gets_one_grade_whatever_is_killed(platform: Platform) -> None:
    told = platform.manage("shell", "-c", MAKE_TOKENS.format(students=STUDENTS))
    clients = [Client(platform.url, line.split()[1]) for line in told.splitlines() if line.startswith("token ")]
    assert len(clients) == STUDENTS
    for client in clients:
        client.enroll(COURSE)
    with ThreadPoolExecutor(STUDENTS) as threads:
        numbers = list(
            threads.map(lambda client: client.post(COURSE, "attention", ATTENTION.solution_files()), clients)
        )
        for process in ("node", "dispatcher", "valkey"):
            time.sleep(1.5)
            os.kill(platform.pid(process), signal.SIGKILL)
        results = list(threads.map(lambda pair: pair[0].result(pair[1], pause=0.5), zip(clients, numbers, strict=True)))
    assert [result["outcome"] for result in results] == ["graded"] * STUDENTS
    assert all(result["score"] == result["max_score"] for result in results)
