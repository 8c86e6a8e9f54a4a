"""``python -m graders check`` on real exercises in the real sandbox."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from graders.__main__ import main
from graders.bundle import ExerciseInvalid
from graders.engine import Engine
from graders.exercise import Exercise
from graders.strength.asking import Answer, asker, hurried
from graders.strength.degenerate import degenerates_of
from graders.strength.mutating import mutants_of
from graders.strength.proving import Proof, prove
from graders.strength.showing import as_dict, as_text

ROOT = Path(__file__).parents[3]
DOUBLE = Path(__file__).parent.parent / "engine" / "exercises" / "double"
SHAPE_ONLY = Path(__file__).parent / "exercises" / "shape_only"


@pytest.fixture(scope="module")
def weak(engine: Engine) -> Proof:
    return prove(Exercise.load(SHAPE_ONLY), engine, jobs=2)


def copied(folder: Path, to: Path, **files: str) -> Exercise:
    shutil.copytree(folder, to, ignore=shutil.ignore_patterns("__pycache__"))
    for name, text in files.items():
        (to / name.replace("__", ".")).write_text(text)
    return Exercise.load(to)


def test_a_test_of_the_shape_alone_is_found_weak(weak: Proof) -> None:
    assert weak.strength is not None
    assert weak.strength < 0.2
    assert not weak.proved
    assert {"missing-scale", "wrong-axis", "sign-negated"} <= {each.mutant.operator for each in weak.survivors}
    text = as_text(weak)
    assert "FAILED  shape_only" in text
    assert "-    return (x - x.mean(dim=-1, keepdim=True)) * scale / x.shape[-1] ** 0.5" in text
    assert "+    return (x - x.mean(dim=-2, keepdim=True)) * scale / x.shape[-1] ** 0.5" in text


def test_wrong_answers_with_full_marks_are_complaints(weak: Proof) -> None:
    for name in ("mutants/no_scale.py", "degenerate: zeros", "degenerate: nan", "degenerate: wrong-dtype"):
        assert f"{name} must not get full marks" in weak.complaints
    assert "mutants/no_scale.py must fail in test_shape, but that test is passed" in weak.complaints
    assert "degenerate: none must not get full marks" not in weak.complaints
    assert as_dict(weak)["proved"] is False


def test_a_listed_equivalent_is_excused_with_a_reason_only(engine: Engine, tmp_path: Path) -> None:
    survivor = next(
        m.id for m in mutants_of({"submission.py": (DOUBLE / "solution.py").read_text()}) if "detach" in m.id
    )
    reason = f"{survivor}: Nobody asks for a gradient in this exercise.\n"
    exercise = copied(DOUBLE, tmp_path / "double", equivalent__yaml=reason)
    proof = prove(exercise, engine, jobs=2)
    assert proof.equivalent == (survivor,)
    assert proof.strength == 1
    assert any("at most 0 of" in complaint for complaint in proof.complaints)  # 5 % of so few is none
    for text in (f"{survivor}: no\n", "wrong-axis-000000: This mutant is not there at all.\n", "- a list\n"):
        (exercise.folder / "equivalent.yaml").write_text(text)
        with pytest.raises(ExerciseInvalid, match=r"equivalent\.yaml:1"):
            prove(exercise, engine, jobs=1)


def test_a_solution_that_fails_shows_nothing_about_the_tests(engine: Engine, tmp_path: Path) -> None:
    wrong = (DOUBLE / "solution.py").read_text().replace("* 2", "* 3")
    proof = prove(copied(DOUBLE, tmp_path / "double", solution__py=wrong), engine, jobs=2)
    assert proof.strength is None
    assert not proof.proved
    assert "the solution must get full marks with each seed" in proof.complaints[0]


def test_a_mutant_meets_the_tests_in_the_order_of_the_file(engine: Engine, tmp_path: Path) -> None:
    """Where a student hands in, a test whose output is shown runs first. It trains; a mutant need not wait."""
    folder = tmp_path / "trains"
    folder.mkdir()
    (folder / "exercise.yaml").write_text(
        "title: {en: Trains}\npoints: 2\ntests:\n"
        "  test_cheap: {points: 1, title: {en: Cheap}}\n"
        "  test_trains: {points: 1, title: {en: Trains}, output: shown}\n"
    )
    (folder / "test_hidden.py").write_text(
        "def test_cheap(student):\n    assert student.f() == 1\n\n\n"
        "def test_trains(student):\n    assert student.f() == 1\n"
    )
    exercise = Exercise.load(folder)
    wrong = Answer(name="wrong", files={"submission.py": "def f():\n    return 2\n"})
    assert asker(engine, exercise)(wrong).cause == "test_trains"
    assert asker(engine, hurried(exercise, 1.0))(wrong).cause == "test_cheap"


def test_the_command_prints_one_object_per_exercise(capsys: pytest.CaptureFixture[str]) -> None:
    status = main(["check", "--json", "--jobs", "2", str(DOUBLE)])
    (line,) = capsys.readouterr().out.splitlines()
    found = json.loads(line)
    assert found["exercise"] == "double"
    assert found["complaints"] == []
    assert found["killed"] >= 2
    assert [survivor["operator"] for survivor in found["survivors"]] == ["detached-gradient"]
    assert status == 1  # its tests never ask for a gradient


def test_bad_use_is_status_two(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(tmp_path)]) == 2
    assert f"{tmp_path}/exercise.yaml" in capsys.readouterr().err
    with pytest.raises(SystemExit, match="2"):
        main(["check", str(DOUBLE), "--jobs", "0"])


def test_degenerate_submissions_compile_and_keep_the_names() -> None:
    solution = "class M:\n    def __init__(self): self.n = 1\n    def forward(self, x): return torch.relu(x)\n"
    made = degenerates_of({"submission.py": solution})
    assert set(made) == {"empty", "none", "zeros", "constant", "nan", "input-back", "duck", "wrong-dtype"}
    for files in made.values():
        compile(files["submission.py"], "submission.py", "exec")
    assert "self.n = 1" in made["none"]["submission.py"]
    assert "relu" not in made["none"]["submission.py"]


def test_a_type_can_be_wrong_only_where_a_tensor_may_come_back() -> None:
    plain = "import torch\ndef f(x: torch.Tensor) -> dict[str, float | None]: return {}\n"
    assert "wrong-dtype" not in degenerates_of({"submission.py": plain})
    for told in ("", " -> list[torch.Tensor]", " -> object"):
        assert "wrong-dtype" in degenerates_of({"submission.py": f"{plain}def g(x){told}: return [x]\n"})


def test_the_command_itself_imports_no_torch() -> None:
    told = "import sys, graders.__main__; print('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", told], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
