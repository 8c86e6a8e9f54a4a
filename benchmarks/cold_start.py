"""The first submission on a cold node: from starting Python until its report is there.

    var/venv/bin/python -m benchmarks.cold_start [ROUNDS]

``python -m graders grade`` as a process of its own: everything is imported, every sandbox built and the tests collected
in that time. The files are in the page cache, as they are on a node that has run before.
"""

from __future__ import annotations

import subprocess
import sys
import time

from benchmarks._measuring import FOLDER, ROOT, say_where, spread


def main() -> int:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 10
    say_where(f"cold start, {rounds} rounds")
    command = [sys.executable, "-m", "graders", "grade", str(FOLDER), str(FOLDER / "solution.py")]
    taken = []
    for number in range(-1, rounds):
        begun = time.perf_counter()
        subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        if number >= 0:
            taken.append(time.perf_counter() - begun)
    print(f"  start to report and end of the process: {spread(taken)} s")
    say_where("at the end")
    return 0


if __name__ == "__main__":
    sys.exit(main())
