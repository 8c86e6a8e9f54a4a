"""The set-up does each step once, and says what it cannot do."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import provision
import pytest


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A checkout of our own, so that this one stays as it is."""
    monkeypatch.setattr(provision, "ROOT", tmp_path)
    monkeypatch.setattr(provision, "VAR", tmp_path / "var")
    monkeypatch.setattr(provision, "VENV", tmp_path / "var" / "venv")
    monkeypatch.setattr(provision, "PYTHON", tmp_path / "var" / "venv" / "bin" / "python")
    monkeypatch.setattr(provision, "LOG", tmp_path / "var" / "log" / "setup.log")
    monkeypatch.setattr(provision, "FRONTEND", tmp_path / "frontend")
    monkeypatch.setattr(provision, "BUILT", tmp_path / "built")
    monkeypatch.delenv("CI", raising=False)
    (tmp_path / "pyproject.toml").write_text(
        "[project]\ndependencies = []\n[project.optional-dependencies]\nnode = []\nlocal = []\ndev = []\n"
    )
    (tmp_path / "constraints.txt").write_text("")


def front_end(folder: Path, *, npm: str, build: str = "exit 0") -> None:
    """A front end whose npm and build are shell scripts, first on the PATH."""
    (folder / "frontend").mkdir(exist_ok=True)
    (folder / "bin").mkdir(exist_ok=True)
    for name in ("package.json", "package-lock.json", "build.mjs"):
        (folder / "frontend" / name).write_text("{}")
    scripts = {"npm": npm, "node": f'[ "$1" = --version ] && echo v22.0.0 && exit; {build}'}
    for name, script in scripts.items():
        program = folder / "bin" / name
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o755)
    os.environ["PATH"] = f"{folder / 'bin'}:{os.environ['PATH']}"


@pytest.fixture
def own_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", os.environ["PATH"])


def test_a_second_set_up_makes_nothing_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    provision.environment("demo")
    assert "Virtual environment" in capsys.readouterr().out
    made = (tmp_path / "var" / "venv" / "pyvenv.cfg").stat().st_mtime_ns
    provision.environment("demo")
    assert capsys.readouterr().out == ""
    assert (tmp_path / "var" / "venv" / "pyvenv.cfg").stat().st_mtime_ns == made


def test_changed_pins_are_installed_and_a_broken_environment_is_made_anew(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    provision.environment("demo")
    (tmp_path / "constraints.txt").write_text("six==1.17.0\n")
    capsys.readouterr()
    provision.environment("demo")
    assert "Python packages" in capsys.readouterr().out
    provision.PYTHON.unlink()
    provision.environment("demo")
    assert provision.PYTHON.exists()


def test_without_a_network_the_set_up_ends_with_a_remedy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    (tmp_path / "pyproject.toml").write_text(
        '[project]\ndependencies = ["celery"]\n[project.optional-dependencies]\nnode = []\nlocal = []\ndev = []\n'
    )
    with pytest.raises(provision.Problem, match="Is there a network") as caught:
        provision.environment("demo")
    assert "No matching distribution found for celery" in str(caught.value)


@pytest.mark.usefixtures("own_path")
def test_a_front_end_is_built_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    front_end(
        tmp_path,
        npm='mkdir -p node_modules; echo "npm $1" >> ../calls',
        build="mkdir -p ../built; echo build >> ../calls",
    )
    provision.front_end()
    provision.front_end()
    assert (tmp_path / "calls").read_text() == "npm ci\nbuild\n"
    (tmp_path / "frontend" / "build.mjs").write_text("// changed")
    provision.front_end()
    assert (tmp_path / "calls").read_text() == "npm ci\nbuild\nbuild\n"
    assert capsys.readouterr().out.count("Front end: built") == 2


@pytest.mark.usefixtures("own_path")
def test_without_npm_the_pages_have_a_textarea(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    front_end(tmp_path, npm="echo no network; exit 1")
    provision.front_end()
    assert "plain text field instead of the editor" in capsys.readouterr().out
    monkeypatch.setenv("CI", "true")
    with pytest.raises(provision.Problem, match="the front end is missing"):
        provision.front_end()


def test_two_set_ups_take_turns() -> None:
    order: list[str] = []

    def second() -> None:
        with provision.alone():
            order.append("second")

    with provision.alone():
        other = threading.Thread(target=second)
        other.start()
        time.sleep(0.3)
        order.append("first")
    other.join()
    assert order == ["first", "second"]


def test_an_older_python_gets_a_sentence() -> None:
    source = (Path(__file__).parents[2] / "scripts" / "bootstrap.py").read_text().replace("< (3, 11)", "< (9, 0)")
    ended = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert ended.stderr.startswith("Gradus needs Python 3.11 or newer.")
