"""Entering: what is refused before the queue, and limits that begin anew at midnight in the competition's zone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from courses.accounts.models import User
from courses.competitions import entering
from courses.competitions.models import Edition, Entry
from courses.competitions.refusing import CompetitionRefused, EntryRefused
from graders.report import Finding, Outcome
from tests.courses.competitions.conftest import AFTER, NOON, enter, scored
from tests.courses.competitions.sample import right
from workers.pools.models import Job, Lane

Join = Callable[..., object]


def test_an_entry_waits_in_the_competition_lane(alice: User, edition: Edition, join: Join) -> None:
    join(alice)
    entry = enter(alice, edition, right())
    job = Job.objects.get(owner=f"entry:{entry.pk}")
    assert (job.lane, job.kind, job.tests, job.owner) == (Lane.COMPETITION, "entry", "hidden", f"entry:{entry.pk}")
    assert job.bundle == edition.bundle
    assert Lane.COMPETITION > Lane.SUBMIT  # learners' submissions go first


def test_baselines_are_entered_like_anybody(edition: Edition) -> None:
    (entry,) = Entry.objects.filter(competition=edition.competition)
    assert (entry.team.baseline, entry.user, entry.spent) == ("zeros", None, False)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda text: text.replace("r7,", "x7,"), "Row 9 names x7"),
        (lambda text: text.replace("r7,", "r6,"), "r6"),
        (lambda text: "\n".join(text.split("\n")[:-3]), "2"),
        (lambda text: text.replace("row,odd", "row,even"), "even"),
        (lambda text: text.replace("r7,1", "r7,nan").replace("r7,0", "r7,nan"), "Row 9"),
        (lambda text: text.replace("r7,1", "r7,=1+1").replace("r7,0", "r7,=1+1"), "Row 9"),
        (lambda text: text.replace("r7,", '"r7,'), "quot"),
        (lambda text: text.replace(",", ";"), "separated by “;”"),
        (lambda text: text + "r0,0\n" * 200, "r0"),
        (lambda text: "", "empty"),
        (lambda text: text.replace("r7", "r7\x00"), ""),
        (
            lambda text: "row,odd\n" + "".join(f"r{n},0\n" for n in range(1_500_000)),
            "a table may have 10240 KB. It needs 100 rows",
        ),
        (lambda text: text.replace("r7", "r\udcff7"), "UTF-8"),
    ],
)
def test_a_table_that_cannot_be_scored_is_told_by_row_and_costs_nothing(
    alice: User, edition: Edition, join: Join, change: Callable[[str], str], expected: str
) -> None:
    join(alice)
    before = Entry.objects.count()
    with pytest.raises(EntryRefused) as caught:
        enter(alice, edition, change(right()))
    assert expected in str(caught.value)
    assert Entry.objects.count() == before


def test_a_byte_order_mark_and_the_line_ends_of_windows_are_harmless(alice: User, edition: Edition, join: Join) -> None:
    join(alice)
    first = enter(alice, edition, "\ufeff" + right().replace("\n", "\r\n"))
    rows = right().strip().split("\n")
    with pytest.raises(EntryRefused, match=f"the same table as entry #{first.pk}"):
        enter(alice, edition, "\n".join([rows[0], *reversed(rows[1:])]))


def test_the_day_ends_at_midnight_in_the_competitions_zone(alice: User, edition: Edition, join: Join) -> None:
    join(alice)
    before_midnight = datetime(2027, 3, 2, 15, 59, tzinfo=UTC)  # 23:59 in Shanghai
    for wrong in range(3):
        enter(alice, edition, right(wrong), at=before_midnight)
    with pytest.raises(
        CompetitionRefused, match=r"3 entries of today. The next may come from .*March 3, 2027, midnight"
    ):
        enter(alice, edition, right(9), at=before_midnight + timedelta(seconds=59))
    assert enter(alice, edition, right(9), at=before_midnight + timedelta(minutes=1)).spent


def test_the_phase_has_a_limit_of_its_own(alice: User, edition: Edition, join: Join) -> None:
    join(alice)
    for wrong in range(10):
        enter(alice, edition, right(wrong), at=NOON + timedelta(days=wrong // 3))
    with pytest.raises(CompetitionRefused, match="all its entries of this phase"):
        enter(alice, edition, right(20), at=NOON + timedelta(days=3, hours=1))


def test_nothing_is_taken_before_the_start_and_later_only_for_practice(
    alice: User, edition: Edition, join: Join
) -> None:
    join(alice)
    with pytest.raises(CompetitionRefused, match=r"taken from .*March 1, 2027, 8 a.m. .*Asia/Shanghai"):
        enter(alice, edition, right(), at=datetime(2027, 2, 28, 23, 59, tzinfo=UTC))
    entry = enter(alice, edition, right(), at=AFTER)
    assert (entry.practice, entry.counts) == (True, False)


def test_what_is_our_fault_or_could_not_be_read_is_given_back(alice: User, edition: Edition, join: Join) -> None:
    join(alice)
    ours = scored(enter(alice, edition, right()), None, outcome=Outcome.PLATFORM_ERROR, tests=())
    unread = scored(
        enter(alice, edition, right(1)), None, outcome=Outcome.STUDENT_ERROR, tests=(),
        findings=(Finding(key="table-no-rows"),),
    )  # fmt: skip
    assert [entry.spent for entry in (ours, unread)] == [False, False]
    for wrong in range(2, 5):
        enter(alice, edition, right(wrong))


def test_who_has_not_joined_may_not_enter(alice: User, edition: Edition) -> None:
    with pytest.raises(CompetitionRefused, match="Join the competition first"):
        entering.enter(alice, edition, files={"predictions.csv": right()}, at=NOON)
