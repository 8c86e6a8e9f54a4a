"""What a submission pays for: each test, each call across the border, each megabyte that is moved.

    var/venv/bin/python -m benchmarks.costs [ROUNDS]

An exercise that does nothing but one of them, in three sizes, in turns; the medians, and the slope between the smallest
and the largest size.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from pathlib import Path

from benchmarks._measuring import grade, say_where
from graders.engine import Engine
from graders.exercise import Exercise

SUBMISSION = {"submission.py": "def back(x):\n    return x\n"}
_CALL = "def test_calls(student):\n    for _ in range({size}):\n        assert student.back(1) == 1\n"
_MOVE = "import torch\n\n\ndef test_moves(student):\n    x = torch.zeros({size} * 262144)\n"
_MOVE += "    assert student.back(x).numel()\n"
_TEST = "def test_{number}(student):\n    assert student.back(1) == 1\n"


def exercise(folder: Path, kind: str, size: int) -> Exercise:
    """One test with so many calls or megabytes in it, or so many tests."""
    folder.mkdir()
    if kind == "tests":
        names = [f"test_{number}" for number in range(size)]
        text = "\n\n".join(_TEST.format(number=number) for number in range(size))
    else:
        names, text = [f"test_{kind}"], (_CALL if kind == "calls" else _MOVE).format(size=size)
    (folder / "test_hidden.py").write_text(text, "utf-8")
    tests = "".join(f"  {name}: {{points: 1, seconds: 20, title: {{en: {name}}}}}\n" for name in names)
    limits = "limits: {seconds: 30, reply_mb: 64}"
    head = f"title: {{en: {kind}}}\npoints: {len(names)}\n{limits}\ntests:\n"
    (folder / "exercise.yaml").write_text(head + tests, "utf-8")
    return Exercise.load(folder)


#: kind -> (sizes, what the slope is per, factor from seconds)
KINDS = {
    "tests": ((1, 20, 100), "ms per test", 1e3),
    "calls": ((1, 100, 1000), "µs per call", 1e6),
    "moves": ((1, 4, 12), "ms per MB there and back", 1e3),
}


def main() -> int:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    say_where(f"costs, {rounds} rounds")
    engine = Engine()
    try:
        with tempfile.TemporaryDirectory(prefix="gradus-bench-") as folder:
            for kind, (sizes, unit, factor) in KINDS.items():
                made = {size: exercise(Path(folder) / f"{kind}-{size}", kind, size) for size in sizes}
                taken: dict[int, list[float]] = {size: [] for size in sizes}
                for number in range(-1, rounds):
                    for size, each in made.items():
                        begun = time.perf_counter()
                        grade(engine, each, SUBMISSION)
                        if number >= 0:
                            taken[size].append(time.perf_counter() - begun)
                        time.sleep(0.2)  # until students stand ready
                medians = [statistics.median(taken[size]) for size in sizes]
                slope = (medians[-1] - medians[0]) / (sizes[-1] - sizes[0])
                shown = ", ".join(f"{size}: {1000 * each:.0f} ms" for size, each in zip(sizes, medians, strict=True))
                print(f"  {kind:<6} {shown:<44} {slope * factor:.2f} {unit}", flush=True)
    finally:
        engine.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
