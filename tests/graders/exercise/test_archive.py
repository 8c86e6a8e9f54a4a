"""The archive that a grading machine gets: what grades and nothing else, and nothing that leaves its folder."""

from __future__ import annotations

import io
import stat
import zipfile
from pathlib import Path

import pytest

from graders import bundle
from graders.exercise import Exercise, ExerciseInvalid


def archive_of(**entries: bytes | str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression=zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def test_it_round_trips(folder: Path, tmp_path: Path) -> None:
    exercise = Exercise.load(folder)
    Exercise.unpack(exercise.pack(), tmp_path / "out")
    again = Exercise.load(tmp_path / "out")
    assert again.digest == exercise.digest
    assert again.tests == exercise.tests


def test_it_holds_neither_solution_nor_mutants_nor_starter(folder: Path) -> None:
    (folder / "statement.en.md").write_text("Add.")
    (folder / "__pycache__").mkdir()
    names = zipfile.ZipFile(io.BytesIO(Exercise.load(folder).pack())).namelist()
    assert names == ["data/numbers.txt", "exercise.yaml", "hidden/answers.txt", "test_hidden.py"]


def test_the_same_files_make_the_same_bytes(folder: Path) -> None:
    first = Exercise.load(folder).pack()
    (folder / "exercise.yaml").touch()
    assert Exercise.load(folder).pack() == first


@pytest.mark.parametrize(
    "name", ["../exercise.yaml", "/etc/passwd", "data/../x", "data/..", "data/a/b", "data\\x", "solution.py", "data/"]
)
def test_names_that_no_exercise_has_are_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(ExerciseInvalid):
        Exercise.unpack(archive_of(**{name: "x"}), tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_links_are_refused(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        info = zipfile.ZipInfo("data/link")
        info.create_system, info.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
        archive.writestr(info, "/etc/passwd")
    with pytest.raises(ExerciseInvalid, match="link or a special file"):
        Exercise.unpack(buffer.getvalue(), tmp_path / "out")


def test_a_bomb_is_refused_while_it_unpacks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundle, "MAX_ARCHIVE", 1024 * 1024)
    bomb = archive_of(**{"data/zeros": bytes(2 * 1024 * 1024)})
    assert len(bomb) < 10_000
    with pytest.raises(ExerciseInvalid, match="unpacks to more than 1 MB"):
        Exercise.unpack(bomb, tmp_path / "out")


def test_what_is_no_archive_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ExerciseInvalid, match="cannot be read"):
        Exercise.unpack(b"PK\x03\x04 not really", tmp_path / "out")
