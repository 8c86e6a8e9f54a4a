"""What every `make` target calls: bring what is missing, then run the command. Standard library only.

    python3 scripts/bootstrap.py demo --port 8000     the whole platform on this machine
    python3 scripts/bootstrap.py test [PYTEST OPTIONS]
    python3 scripts/bootstrap.py --help               all commands

It works on a machine that has Python 3.11 with pip and nothing else: no make, no Node.js, no root. All it makes lies
in ``var/``, ``frontend/node_modules/`` and ``courseplatform/static/built/``; what is up to date is not made again.
"""

from __future__ import annotations

import sys

if sys.version_info < (3, 11):  # noqa: UP036 (an older Python gets a sentence, not a traceback)
    sys.exit("Gradus needs Python 3.11 or newer. Run: python3.11 scripts/bootstrap.py, or make PYTHON=python3.11")

import argparse
import importlib.util
import os
from collections.abc import Callable, Sequence

import join_node  # siblings: this script's own folder stands first on Python's path
import provision
from provision import PYTHON, ROOT, Problem

#: A command gets what stands behind its name on the command line and gives an exit status.
Command = Callable[[list[str]], int]


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="bootstrap.py",
        description="Set up Gradus in this checkout and run a command.",
        epilog="\n".join(f"  {name:15} {command.__doc__}" for name, command in COMMANDS.items()),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("command", choices=COMMANDS, metavar="COMMAND")
    parser.add_argument("rest", nargs=argparse.REMAINDER, metavar="...", help="options of the command")
    given = parser.parse_args(arguments)
    os.chdir(ROOT)
    # A local command runs with a local demo's settings unless the caller says otherwise.
    os.environ.setdefault("GRADUS_LOCAL", "1")
    try:
        return COMMANDS[given.command](given.rest)
    except Problem as problem:
        print(f"\nSet-up stopped: {problem}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped. Run it again to go on from here.", file=sys.stderr)
        return 130


def setup(_rest: list[str]) -> int:
    """bring the environment, the front end and the translations, and run nothing"""
    provision.environment("demo")
    provision.front_end()
    provision.messages()
    return 0


def demo(rest: list[str]) -> int:
    """run the whole platform on this machine; --port 8123 picks the port"""
    setup([])
    # The supervisor takes this process's place, so that Ctrl-C and signals reach it and nobody else.
    os.execv(PYTHON, [str(PYTHON), "manage.py", "runlocal", *rest])  # noqa: S606 (no shell is wanted)


def node(rest: list[str]) -> int:
    """make this machine grade for a platform elsewhere; --url ADDRESS --code CODE, the code once"""
    joined = join_node.prepare(rest)
    provision.environment("node")
    env = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL", "SECRET_KEY")}
    os.execve(PYTHON, [str(PYTHON), "-m", "workers.node"], env | joined)  # noqa: S606 (no shell is wanted)


def test(rest: list[str]) -> int:
    """run the tests; what follows goes to pytest"""
    provision.environment("demo", "dev")
    provision.front_end()
    provision.messages()
    provision.browser()
    # The files are shared by a few processes, as tests mostly wait; what was asked for by name runs in this one.
    processes = str(min(4, 1 + len(os.sched_getaffinity(0))))
    together = ["-n", processes, "--dist", "loadfile", "--no-loadscope-reorder", "--durations", "40"]
    return run("-m", "pytest", *([] if rest else together), *rest)


def test_all(rest: list[str]) -> int:
    """run the tests with the long runs"""
    os.environ["GRADUS_LONG"] = "1"
    return test(rest)


def lint(_rest: list[str]) -> int:
    """ruff, mypy, the floors, migrations, and no host or machine path in any file"""
    provision.environment("demo", "dev")
    checks = {
        "ruff check": ["-m", "ruff", "check", "."],
        "ruff format": ["-m", "ruff", "format", "--check", "."],
        "mypy": ["-m", "mypy", "."],
        "the floors": ["-c", "from importlinter.cli import lint_imports_command as c; c()"],
        "migrations": ["manage.py", "makemigrations", "--check", "--dry-run"],
        "translations": ["scripts/compile_messages.py"],
        "hosts and paths": ["scripts/check_sources.py"],
    }
    failed = []
    for title, check in checks.items():
        print(f"── {title}", flush=True)
        if run(*check) != 0:
            failed.append(title)
    print(f"── lint: {'failed: ' + ', '.join(failed) if failed else 'all clean'}", flush=True)
    return 1 if failed else 0


def bench(rest: list[str]) -> int:
    """run the benchmarks, one after another"""
    provision.environment("demo", "dev")
    programs = [path for path in sorted((ROOT / "benchmarks").glob("*.py")) if "__main__" in path.read_text("utf-8")]
    return max((run("-m", f"benchmarks.{path.stem}", *rest) for path in programs), default=0)


def check_content(rest: list[str]) -> int:
    """read the bundled courses and prove every exercise with its solution and its starter"""
    provision.environment("demo")
    return run("scripts/check_content.py", *rest)


def gpu_check(rest: list[str]) -> int:
    """say which device claims hold on this machine, without a network where this Python has torch"""
    if importlib.util.find_spec("torch") is not None:  # a bare machine's own, with a build for its driver
        return provision.call([sys.executable, "scripts/gpu_check.py", *rest])
    provision.environment("node")
    return run("scripts/gpu_check.py", *rest)


#: The commands by the names that people type; the Makefile has one target for each.
COMMANDS: dict[str, Command] = {
    "setup": setup,
    "demo": demo,
    "node": node,
    "test": test,
    "test-all": test_all,
    "lint": lint,
    "bench": bench,
    "check-content": check_content,
    "gpu-check": gpu_check,
}


def run(*arguments: str) -> int:
    """Run the environment's Python here and give back its exit status."""
    return provision.call([str(PYTHON), *arguments])


if __name__ == "__main__":
    sys.exit(main())
