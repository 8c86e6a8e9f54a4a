"""Students hand in while everything dies, is stopped, emptied and lied about: each gets one grade, recorded once.

The kills are real and random, of real processes; the seed is fixed, the machine's timing is not. Whether an end was
recorded once is counted by the database itself, with a trigger, not by the code that is tried.
"""

from __future__ import annotations

import itertools
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection
from pytest_django.fixtures import Settings

from courseplatform.supervisor import Supervisor
from courses.authoring.models import Release
from courses.catalog.models import Course
from courses.exercises.models import Grade, Submission
from tests.chaos.students import Crowd, enrolled
from tests.chaos.world import REAL, TOY, World, words_of
from tests.courses.conftest import course, make_exercise
from tests.workers.conftest import ROOT
from tests.workers.test_real_engine import RIGHT, softmax
from workers.pools import valkey
from workers.pools.models import Job, JobState

__all__ = ["course", "softmax"]  # fixtures

LEDGER = "chaos_ledger"
SQLITE = f"""
    CREATE TRIGGER chaos_once AFTER UPDATE OF ended ON exercises_submission WHEN NEW.ended IS NOT NULL
    BEGIN INSERT INTO {LEDGER} VALUES (NEW.id, NEW.outcome, NEW.spent); END
"""
POSTGRESQL = f"""
    CREATE FUNCTION chaos_once() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN INSERT INTO {LEDGER} VALUES (NEW.id, NEW.outcome, NEW.spent); RETURN NEW; END $$;
    CREATE TRIGGER chaos_once AFTER UPDATE OF ended ON exercises_submission FOR EACH ROW
    WHEN (NEW.ended IS NOT NULL) EXECUTE FUNCTION chaos_once();
"""
ANSWERS = {TOY: "sleep 0.3", REAL: RIGHT}

#: What befalls the platform, again and again. What costs a node its start is rarer than what costs one submission.
SHORT = ["node", "lies", "dispatcher", "broker", "web", "database", "pause", "platform", "emptied_broker"]
LONG = ["sandbox", "zygote", "lies", "dispatcher", "sandbox", "database", "web", "pause", "sandbox", "broker", "node"]
LONG += ["lies", "pause", "platform"]
#: After these a process starts again, for many seconds on a slow machine. So many are graded before the same befalls it
#: anew; until then a submission is killed, or lied about, instead: there is a kill each time all the same.
DEAR, BETWEEN = ("node", "zygote", "dispatcher", "broker", "web", "platform"), 5


@pytest.fixture
def ledger(transactional_db: None) -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE {LEDGER} (submission bigint, outcome text, spent boolean)")
        cursor.execute(SQLITE if connection.vendor == "sqlite" else POSTGRESQL)
    yield
    with connection.cursor() as cursor:
        on = "" if connection.vendor == "sqlite" else " ON exercises_submission"
        cursor.execute(f"DROP TRIGGER chaos_once{on}")
        if connection.vendor != "sqlite":
            cursor.execute("DROP FUNCTION chaos_once")
        cursor.execute(f"DROP TABLE {LEDGER}")


@pytest.fixture
def engine(request: pytest.FixtureRequest) -> str:
    module: str = request.param
    return module


@pytest.fixture
def world(
    ledger: None, tmp_path: Path, settings: Settings, engine: str, course: Course, softmax: str
) -> Iterator[World]:
    with Supervisor(tmp_path / "run", cwd=ROOT, say=lambda _text: None) as supervisor:
        world = World(tmp_path, supervisor, engine=engine)
        settings.REDIS_URL = world.broker.url
        valkey.prompt.cache_clear()
        exercise = make_exercise(course, slug="cheap", attempts=1)
        type(exercise).objects.filter(pk=exercise.pk).update(bundle=softmax)
        assert Release.objects.filter(exercises=exercise).exists()
        world.start()
        yield world
    valkey.prompt.cache_clear()


def graded() -> int:
    return Submission.objects.filter(ended__isnull=False).count()


def standing(world: World, crowd: Crowd) -> str:
    states = Counter(Job.objects.values_list("state", flat=True))
    outcomes = Counter(Submission.objects.values_list("outcome", flat=True))
    told = [f"{crowd.handed_in} handed in; jobs {dict(states)}; outcomes {dict(outcomes)}", *crowd.trouble[:5]]
    return "\n".join([*told, *world.log[-40:], *words_of(world)])


def suffer(
    world: World,
    crowd: Crowd,
    *,
    count: int,
    happenings: list[str],
    every: float,
    patience: float,
    deadline: float,
) -> None:
    """Let one thing after the other befall the platform, one each ``every`` seconds, until nine of ten are graded.

    Args:
        patience: for so long it is left in peace when nothing was graded since the last; 0: chaos does not wait.
    """
    emptyings = [0.1, 0.25, 0.4]  # the broker loses everything at these parts of the work
    at = dict.fromkeys(DEAR, 1 - BETWEEN)  # how many were graded when it happened last
    for planned in itertools.cycle(happenings):
        done = graded()
        if done >= 0.9 * count:
            break
        happening = "sandbox" if planned in DEAR and done < at[planned] + BETWEEN else planned
        assert time.monotonic() < deadline, f"{done} of {count} in time\n{standing(world, crowd)}"
        if emptyings and done >= emptyings[0] * count:
            emptyings.pop(0)
            world.befall("emptied_broker")
        else:
            world.befall(happening)
            at[happening] = done
        world.wait(every)
        calm = time.monotonic() + patience
        while graded() == done and time.monotonic() < calm:
            world.wait(0.2)
    assert not emptyings, "the broker was emptied three times in the middle of the work"


@pytest.mark.timeout(2700)
@pytest.mark.parametrize(
    ("engine", "count", "happenings", "every"),
    [
        pytest.param(TOY, 40, SHORT, 1.0, id="short"),
        pytest.param(TOY, 500, SHORT, 2.0, id="long-queue", marks=pytest.mark.long),
        pytest.param(REAL, 500, LONG, 2.0, id="long-engine", marks=pytest.mark.long),
    ],
    indirect=["engine"],
)
def test_each_student_gets_one_grade(
    world: World, course: Course, engine: str, count: int, happenings: list[str], every: float
) -> None:
    began = time.monotonic()
    tokens = enrolled(course, count)
    path = f"/courses/{course.slug}/exercises/cheap/submissions"
    crowd = Crowd(world.url, tokens, path=path, files={"submission.py": ANSWERS[engine]}, pause=0.2)
    crowd.start()
    deadline = began + (240 if count < 100 else 2400)
    patience = 15.0 if count < 100 else 0.0
    suffer(world, crowd, count=count, happenings=happenings, every=every, patience=patience, deadline=deadline)
    peace = time.monotonic()
    while graded() < count:
        assert time.monotonic() < deadline, f"the backlog does not clear by itself\n{standing(world, crowd)}"
        world.wait(0.2)
    crowd.join()
    befell = Counter(each.split()[-1] for each in world.log)
    print(f"{count} grades in {time.monotonic() - began:.0f} s, of them {time.monotonic() - peace:.0f} s in peace")
    print(f"tries {Counter(Job.objects.values_list('try_number', flat=True))}, {befell.total()} happenings {befell}")
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT submission, outcome, spent FROM {LEDGER}")
        rows = cursor.fetchall()
    assert not crowd.trouble
    assert Counter(submission for submission, *_ in rows) == Counter(Submission.objects.values_list("pk", flat=True))
    assert {outcome for _, outcome, _ in rows} == {"graded"}, Counter(outcome for _, outcome, _ in rows)
    assert all(spent for *_, spent in rows)
    assert set(Grade.objects.values_list("score", flat=True)) == {2.0}, "nobody was believed who lied"
    assert Grade.objects.count() == Submission.objects.count() == count
    assert not Job.objects.exclude(state=JobState.DONE).exists()
