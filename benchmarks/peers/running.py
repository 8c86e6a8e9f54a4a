"""The same six tests in pytest, nbgrader and otter-grader, as their users run them: a process per submission."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

from benchmarks._measuring import FOLDER, ROOT, solution

REQUIREMENTS = Path(__file__).parent / "requirements.txt"
VENV = ROOT / "var" / "peers"
_ONE_THREAD = {"OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
_NAMES = ("attention", "SmallCNN", "train")
_STUDENT = f"import torch, types\nstudent = types.SimpleNamespace({', '.join(f'{name}={name}' for name in _NAMES)})\n"


def environment() -> Path:
    """The folder of the peers' programs; made on the first call, which fetches them (some minutes)."""
    stamp = VENV / "requirements.txt"
    wanted = REQUIREMENTS.read_text("utf-8")
    if not stamp.exists() or stamp.read_text("utf-8") != wanted:
        print(f"making the peers' environment in {VENV.relative_to(ROOT)} ...", flush=True)
        _run([sys.executable, "-m", "venv", "--clear", str(VENV)], ROOT)
        _run([str(VENV / "bin" / "python"), "-m", "pip", "install", "-q", "-r", str(REQUIREMENTS)], ROOT)
        stamp.write_text(wanted, "utf-8")
    return VENV / "bin"


def _run(command: list[str], cwd: Path) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("GRADUS_", "PYTHON", "DJANGO"))}
    path = f"{VENV / 'bin'}{os.pathsep}{kept.get('PATH', '')}"  # nbgrader starts alembic by its name
    env = {**kept, **_ONE_THREAD, "PATH": path, "JUPYTER_PLATFORM_DIRS": "1"}
    done = subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}")
    return done


def test_functions() -> dict[str, str]:
    """Name and source of each hidden test."""
    text = (FOLDER / "test_hidden.py").read_text("utf-8")
    return {
        node.name: ast.unparse(node)
        for node in ast.parse(text).body
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    }


class Pytest:
    """pytest from the start, in the project's environment: import torch, collect, run."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self._folder = folder
        (folder / "submission.py").write_text(solution()["submission.py"], "utf-8")
        (folder / "test_hidden.py").write_text((FOLDER / "test_hidden.py").read_text("utf-8"), "utf-8")
        fixture = "import pytest, submission, torch\ntorch.set_num_threads(1)\n\n\n@pytest.fixture\ndef student():\n"
        (folder / "conftest.py").write_text(f"{fixture}    return submission\n", "utf-8")

    def grade(self) -> None:
        plain = ["-q", "-p", "no:cacheprovider", "-p", "no:django", "-p", "no:playwright", "--rootdir", "."]
        _run([sys.executable, "-m", "pytest", *plain], self._folder)


class Nbgrader:
    """``nbgrader autograde`` of one student's notebook."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._programs = folder, environment()
        source = folder / "source" / "dl1"
        source.mkdir(parents=True)
        (folder / "nbgrader_config.py").write_text(
            "c = get_config()\nc.CourseDirectory.course_id = 'bench'\nc.ExecutePreprocessor.timeout = 60\n", "utf-8"
        )
        _write_notebook(source / "dl1.ipynb", "### BEGIN SOLUTION\n" + _answer() + "\n### END SOLUTION")
        self._call("generate_assignment", "dl1", "--force")
        submitted = folder / "submitted" / "s01" / "dl1"
        submitted.mkdir(parents=True)
        released = json.loads((folder / "release" / "dl1" / "dl1.ipynb").read_text("utf-8"))
        answer = next(cell for cell in released["cells"] if cell["metadata"]["nbgrader"]["solution"])
        answer["source"] = _answer()
        (submitted / "dl1.ipynb").write_text(json.dumps(released), "utf-8")
        self.grade()
        score = "from nbgrader.api import Gradebook\nwith Gradebook('sqlite:///gradebook.db') as book:\n"
        score += "    print(book.find_submission('dl1', 's01').score)"
        found = float(_run([str(self._programs / "python"), "-c", score], folder).stdout.split()[-1])
        assert found == len(test_functions()), f"nbgrader gave {found} points"

    def grade(self) -> None:
        self._call("autograde", "dl1", "--student", "s01", "--force")

    def _call(self, *arguments: str) -> None:
        _run([str(self._programs / "python"), "-m", "nbgrader", *arguments], self._folder)


def _answer() -> str:
    return "import torch\ntorch.set_num_threads(1)\n" + solution()["submission.py"]


def _write_notebook(path: Path, answer: str) -> None:
    cells = [_cell("answer", answer, solution=True)]
    cells += [_cell(name, f"{_STUDENT}{text}\n{name}(student)", points=1) for name, text in test_functions().items()]
    kernel = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    path.write_text(json.dumps({"cells": cells, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}), "utf-8")


def _cell(name: str, source: str, *, solution: bool = False, points: int = 0) -> dict[str, object]:
    known = {
        **{"schema_version": 3, "grade_id": name, "cell_type": "code", "task": False},
        **{"solution": solution, "grade": not solution, "locked": not solution},
        **({} if solution else {"points": points}),
    }
    cell = {"cell_type": "code", "id": name.replace("_", "-")[:60], "metadata": {"nbgrader": known}}
    return {**cell, "source": source, "execution_count": None, "outputs": []}


class Otter:
    """``otter run`` of one file against an archive of tests."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self._folder, self._programs = folder, environment()
        (folder / "submission.py").write_text(_answer(), "utf-8")
        tests = "from otter.test_files import test_case\n\nOK_FORMAT = False\nname = 'q1'\npoints = 6\n"
        for name, text in test_functions().items():
            body = text.replace(f"def {name}(student):", f"@test_case(points=1)\ndef {name}(env):")
            head, _, rest = body.partition("(env):\n")
            names = ", ".join(f"{each}=env[{each!r}]" for each in _NAMES)
            tests += (
                f"\n\n{head}(env):\n    import torch, types\n    student = types.SimpleNamespace({names})\n{rest}\n"
            )
        settings = {"show_stdout": False, "lang": "python", "logo": False}
        with zipfile.ZipFile(folder / "autograder.zip", "w") as archive:
            archive.writestr("tests/q1.py", tests)
            archive.writestr("otter_config.json", json.dumps(settings))
        self.grade()
        results = json.loads((folder / "out" / "results.json").read_text("utf-8"))
        found = sum(test.get("score", 0) for test in results["tests"])
        assert found == len(test_functions()), f"otter gave {found} points: {results}"

    def grade(self) -> None:
        command = [str(self._programs / "otter"), "run", "-a", "autograder.zip", "-o", "out", "--no-logo"]
        (self._folder / "out").mkdir(exist_ok=True)
        _run([*command, "submission.py"], self._folder)
