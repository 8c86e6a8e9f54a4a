"""Ways round the walls that a reading of this engine's sources suggests."""

from __future__ import annotations

import os
import signal
from pathlib import Path

from graders.engine import Engine
from graders.ladder import remove_home
from graders.sandbox.limits import BoxLimits
from tests.graders.engine.conftest import Grade

MARK = """
import os, stat
for fd in range(3, 64):
    try:
        if stat.S_ISREG(os.fstat(fd).st_mode):
            print("place", os.lseek(fd, 0, os.SEEK_CUR))
            os.lseek(fd, 4242, os.SEEK_SET)
            os.fchmod(fd, 0)
    except OSError:
        pass
"""

TRACKING = """
from gradus import track
_double = double
_numbers = numbers

def double(x):
    track(1, hidden=float(x.sum()))
    return _double(x)

def numbers():
    track(2, shown=1.0)
    return _numbers()

track(0, loading=1.0)
"""


def test_the_place_in_a_data_file_is_not_handed_on(grade: Grade) -> None:
    for _ in range(2):
        report = grade(MARK)
        assert report.output == "place 0\n"
        assert report.score == report.max_score


def test_metrics_of_hidden_tests_are_withheld(grade: Grade) -> None:
    events: list[dict[str, object]] = []
    report = grade(TRACKING, on_event=events.append)
    assert report.score == report.max_score
    points = [(event["step"], event["values"]) for event in events if event["kind"] == "metric"]
    assert points == [(0.0, {"loading": 1.0}), (2.0, {"shown": 1.0})]


def test_an_init_that_is_kept_from_answering_is_not_the_platforms_fault(engine: Engine) -> None:
    standby = engine._standbys["torch"]
    student = standby.take(BoxLimits())
    init = int(Path(f"/proc/self/fdinfo/{student.box._pidfd}").read_text().split("\nPid:")[1].split()[0])
    os.kill(init, signal.SIGSTOP)
    student.box.kill()
    ending = student.box.end()
    standby.discard(student)
    assert not ending.vanished


def test_a_home_of_any_depth_is_removed(tmp_path: Path) -> None:
    home, kept = tmp_path / "home", tmp_path / "kept"
    (home / "locked").mkdir(parents=True)
    (home / "locked" / "file").touch()
    (home / "locked").chmod(0)
    kept.mkdir()
    (kept / "file").touch()
    (home / "link").symlink_to(kept)
    place = os.open(home, os.O_RDONLY)
    for _ in range(2500):
        os.mkdir("deeper", dir_fd=place)
        deeper = os.open("deeper", os.O_RDONLY, dir_fd=place)
        os.close(place)
        place = deeper
    os.close(place)
    remove_home(str(home))
    assert not home.exists()
    assert [path.name for path in kept.iterdir()] == ["file"]
