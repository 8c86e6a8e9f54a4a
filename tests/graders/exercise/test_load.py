"""An exercise folder is read, and every mistake in it is named in one go."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from graders.exercise import Exercise, ExerciseInvalid


def problems_of(folder: Path) -> list[str]:
    with pytest.raises(ExerciseInvalid) as caught:
        Exercise.load(folder)
    return [str(problem) for problem in caught.value.problems]


def edit(folder: Path, old: str, new: str, *, file: str = "exercise.yaml") -> None:
    text = (folder / file).read_text()
    assert old in text
    (folder / file).write_text(text.replace(old, new))


def test_a_right_folder_is_read(folder: Path) -> None:
    exercise = Exercise.load(folder)
    assert (exercise.slug, exercise.points, exercise.files) == ("addition", 3, ("submission.py",))
    assert list(exercise.tests) == ["test_adds", "test_adds_tensors"]
    assert exercise.languages == ("en", "zh-hans")
    assert exercise.tests["test_adds"].hints == ({"en": "Use the plus sign."},)
    assert exercise.tests["test_adds"].seconds == 2  # half of limits.seconds
    assert exercise.tests["test_adds_tensors"].seconds == 1
    assert exercise.limits.cpu_seconds == 1.5 * (20 + 4)
    assert exercise.solution_files() == {"submission.py": "def add(a, b):\n    return a + b\n"}
    assert [path.name for path in exercise.data_files()] == ["numbers.txt"]
    assert [path.name for path in exercise.hidden_files()] == ["answers.txt"]
    assert exercise.visible_test() is None


def test_all_mistakes_are_named_at_once_with_their_lines(folder: Path) -> None:
    edit(folder, "limits: {seconds: 4}", "limits: {second: 4}\nruntime: tensorflow\nattemps: 3")
    edit(folder, "    points: 2\n", "    points: two\n")
    edit(folder, "    output: shown\n", "    output: hidden\n    output: shown\n")
    found = problems_of(folder)
    assert [problem.split(": ")[0] for problem in found] == [
        "exercise.yaml:3",
        "exercise.yaml:4",
        "exercise.yaml:5",
        "exercise.yaml:12",
        "exercise.yaml:15",
        "exercise.yaml:16",
    ]
    text = "\n".join(found)
    assert "`second` is unknown, expected `seconds` (did you mean that?)" in text
    assert "`attemps` is unknown, expected `attempts` (did you mean that?)" in text
    assert "expected 'torch' or 'keras'" in text
    assert "`output` is given twice" in text


def test_the_points_of_the_tests_must_add_up(folder: Path) -> None:
    edit(folder, "points: 3", "points: 4")
    assert problems_of(folder) == [
        "exercise.yaml:2: `points` is 4, but the tests' points add up to 3, expected the same number"
    ]


def test_yaml_and_hidden_tests_must_name_the_same_tests(folder: Path) -> None:
    edit(folder, "def test_adds_tensors", "def test_adds_arrays", file="test_hidden.py")
    found = problems_of(folder)
    assert found[0].startswith("exercise.yaml:9: test_hidden.py has no function test_adds_tensors")
    assert found[1].startswith("test_hidden.py:5: the test test_adds_arrays is not in exercise.yaml")


def test_a_test_defined_twice_or_in_a_class_is_refused(folder: Path) -> None:
    with (folder / "test_hidden.py").open("a") as file:
        file.write("def test_adds(student): pass\nclass TestMore: pass\n")
    found = problems_of(folder)
    assert "test_hidden.py:7: the test test_adds is defined twice" in found[0]
    assert "test_hidden.py:8: TestMore would not be run" in found[1]


def test_a_syntax_error_in_the_hidden_tests_has_its_line(folder: Path) -> None:
    (folder / "test_hidden.py").write_text("def test_adds(student):\n    assert (\n")
    assert "test_hidden.py:2: this is not Python" in problems_of(folder)[0]


def test_an_empty_folder_names_both_missing_files(tmp_path: Path) -> None:
    found = problems_of(tmp_path)
    assert [problem.split(":")[0] for problem in found] == ["exercise.yaml", "test_hidden.py"]


def test_a_link_in_data_is_refused(folder: Path) -> None:
    (folder / "data" / "secrets").symlink_to("/etc/passwd")
    assert problems_of(folder) == ["data/secrets:0: is a link, expected a plain file"]


@pytest.mark.parametrize("name", ["../up.py", "/etc/x.py", "a//b.py", "notes.txt", ".hidden.py"])
def test_files_to_hand_in_stay_in_the_folder(folder: Path, name: str) -> None:
    edit(folder, "points: 3\n", f"points: 3\nfiles: ['{name}']\n")
    assert problems_of(folder)[0].startswith("exercise.yaml:3: `files")


def test_several_files_have_a_starter_each(folder: Path) -> None:
    edit(folder, "points: 3\n", "points: 3\nfiles: [model.py, train.py]\n")
    (folder / "starter").mkdir()
    (folder / "starter" / "model.py").write_text("m\n")
    exercise = Exercise.load(folder)
    with pytest.raises(ExerciseInvalid, match=r"starter/train\.py:0: the file is missing"):
        exercise.starter()
    (folder / "starter" / "train.py").write_text("t\n")
    assert exercise.starter() == {"model.py": "m\n", "train.py": "t\n"}


def test_limits_have_ceilings(folder: Path) -> None:
    edit(folder, "{seconds: 4}", "{seconds: 4, memory_mb: 99999999, threads: 0}")
    assert len(problems_of(folder)) == 2


def test_a_test_may_not_have_more_time_than_the_run(folder: Path) -> None:
    edit(folder, "    seconds: 1\n", "    seconds: 5\n")
    assert problems_of(folder) == ["exercise.yaml:12: `seconds` is 5, expected at most limits.seconds (4)"]


def test_the_digest_is_of_what_grades(folder: Path) -> None:
    before = Exercise.load(folder).digest
    (folder / "solution.py").write_text("# another way\n")
    (folder / "mutants" / "more.py").write_text("")
    assert Exercise.load(folder).digest == before
    (folder / "hidden" / "answers.txt").write_text("7\n")
    assert Exercise.load(folder).digest != before


def test_reading_an_exercise_imports_no_torch_and_no_pytest() -> None:
    code = "import sys, graders.exercise; print(sorted({'torch', 'pytest', 'django'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_names_of_tests_may_be_chinese(folder: Path) -> None:
    edit(folder, "test_adds_tensors", "test_张量相加")
    edit(folder, "test_adds_tensors", "test_张量相加", file="test_hidden.py")
    assert list(Exercise.load(folder).tests) == ["test_adds", "test_张量相加"]
