"""The fair order: lanes first, then whoever has used the pool least."""

from __future__ import annotations

from workers.pools.ordering import Waiting, fair


def order(*waiting: tuple[int, int, str], used: dict[str, float] | None = None) -> list[int]:
    jobs = [Waiting(id=pk, lane=lane, account=account, seconds=5.0) for pk, lane, account in waiting]
    return [job.id for job in fair(jobs, used or {})]


def test_a_run_goes_before_a_submission() -> None:
    assert order((1, 1, "alice"), (2, 0, "bob")) == [2, 1]


def test_who_floods_waits_behind_their_own_jobs() -> None:
    flood = [(number, 1, "alice") for number in range(1, 6)]
    assert order(*flood, (6, 1, "bob"), (7, 1, "carol")) == [1, 6, 7, 2, 3, 4, 5]


def test_who_has_used_the_pool_lately_waits_longer() -> None:
    assert order((1, 1, "alice"), (2, 1, "bob"), used={"alice": 60.0}) == [2, 1]


def test_equals_start_in_the_order_in_which_they_came() -> None:
    assert order((2, 1, "bob"), (1, 1, "alice"), (3, 1, "carol")) == [1, 2, 3]
