"""``python -m graders grade | check | doctor``: the engine on the command line.

Exit status of ``grade``: 0 all full marks, 1 not, 2 bad use or a broken exercise; of ``check``: 0 all exercises
proved, 1 not, 2 bad use.
"""

from __future__ import annotations

import argparse
import io
import json
import sys
import tokenize
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from graders.accelerators.finding import NoDevices
from graders.accelerators.slots import Slots
from graders.engine import Engine, EngineUnavailable, Mode
from graders.exercise import Exercise, ExerciseInvalid
from graders.report import Outcome, Report
from graders.schema import MAX_ANSWER
from graders.strength import showing

_BROKEN = 2
_DEVICES = "GPUs that grade what asks for one: all, or numbers or UUIDs with commas; without it, sizes for a CPU"


class BadUse(Exception):
    """The command line asks for something that is not there; the message says what and the remedy."""


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except (BadUse, ExerciseInvalid, EngineUnavailable, NoDevices) as error:
        print(error, file=sys.stderr)
        return _BROKEN


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m graders", description="Grade deep-learning code in a sandbox.")
    commands = parser.add_subparsers(required=True)
    grade = commands.add_parser("grade", help="grade submissions against an exercise's hidden tests")
    grade.add_argument("exercise", type=Path, help="the exercise's folder")
    grade.add_argument("submissions", type=Path, nargs="+", metavar="submission", help="a file, or a folder of files")
    grade.add_argument("--json", action="store_true", help="one JSON report per line, in order")
    grade.add_argument("--jobs", type=_positive, default=1, help="how many at a time (default 1)")
    grade.add_argument("--visible", action="store_true", help="run the visible tests instead of the hidden ones")
    grade.add_argument("--rung", choices=("namespaces", "landlock"), help="use this isolation and no other")
    grade.add_argument("--devices", default="", help=_DEVICES)
    grade.set_defaults(run=_grade)
    showing.add_arguments(commands.add_parser("check", help="prove that an exercise's tests are strong"))
    doctor = commands.add_parser("doctor", help="what this machine can do, and what it lacks, with remedies")
    doctor.add_argument("--devices", default="", help=_DEVICES)
    doctor.set_defaults(run=_doctor)
    return parser


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 1 up")
    return int(text)


def _grade(options: argparse.Namespace) -> int:
    exercise = Exercise.load(options.exercise)
    submissions = [read_submission(path, exercise) for path in options.submissions]
    engine = Engine(slots=options.jobs, runtimes=(exercise.runtime,), rung=options.rung, devices=_devices(options))
    tests: Mode = "visible" if options.visible else "hidden"
    full, broken = True, False
    try:
        with ThreadPoolExecutor(options.jobs) as workers:
            reports = workers.map(lambda files: engine.grade(exercise, files, tests=tests), submissions)
            for path, report in zip(options.submissions, reports, strict=True):
                print(
                    json.dumps(report.to_dict(), ensure_ascii=False) if options.json else _text(path, report),
                    flush=True,
                )
                full = full and report.outcome is Outcome.GRADED and report.score == report.max_score
                broken = broken or report.outcome is Outcome.EXERCISE_ERROR
    finally:
        engine.close()
    return _BROKEN if broken else 0 if full else 1


def read_submission(path: Path, exercise: Exercise) -> dict[str, str]:
    """The files of a submission: one file stands for the exercise's only one; a folder holds all by name."""
    if path.is_dir():
        sources = {name: path / name for name in exercise.files}
    elif len(exercise.files) == 1:
        sources = {exercise.files[0]: path}
    else:
        raise BadUse(f"{path}: the exercise wants the files {', '.join(exercise.files)}; give a folder that holds them")
    files = {}
    for name, source in sources.items():
        try:
            content = source.read_bytes()
            if len(content) > MAX_ANSWER[exercise.mode]:
                limit = MAX_ANSWER[exercise.mode] // 1024
                raise BadUse(f"{source}: {len(content) // 1024} KB; a submission may have {limit} KB")
            # a table says itself which row is not UTF-8
            files[name] = (
                content.decode("utf-8", "surrogateescape") if exercise.mode == "predictions" else _decoded(content)
            )
        except OSError as error:
            raise BadUse(
                f"{source}: {error.strerror}; give a {source.suffix} file, or a folder with {name} in it"
            ) from error
    return files


def _decoded(data: bytes) -> str:
    """The text of a file as Python would read it: by its mark, its cookie, else as UTF-8."""
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        return data.decode(encoding)
    except (SyntaxError, UnicodeDecodeError):
        return data.decode("utf-8", "replace")


def _text(path: Path, report: Report) -> str:
    lines = [f"{path}: {report.outcome}, {report.score:g} of {report.max_score:g} points"]
    if report.message:
        lines.append(f"  {report.message}")
    for test in report.tests:
        lines.append(f"  {test.outcome:<9} {test.points:g}/{test.max_points:g}  {test.title}")
        if test.message:
            lines.append(f"            {test.message}")
        lines += [f"            {name} = {value:g}" for name, value in test.measures.items()]
    if report.output:
        lines.append("  output: " + report.output.rstrip("\n").replace("\n", "\n          "))
    return "\n".join(lines)


def _devices(options: argparse.Namespace) -> Slots | None:
    return Slots.of_this_machine(options.devices) if options.devices else None


def _doctor(options: argparse.Namespace) -> int:
    engine = Engine(devices=_devices(options))
    try:
        for name, value in engine.state().items():
            shown = "; ".join(f"{key}: {text}" for key, text in value.items()) if isinstance(value, dict) else value
            print(f"{name:<13} {shown or 'nothing is missing'}")
    finally:
        engine.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
