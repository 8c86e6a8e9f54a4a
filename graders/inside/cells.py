"""The cells of a notebook, run one by one in one namespace, as Jupyter would.

Lines that only IPython understands are found where Python stumbles over them: magics that concern the screen or the
clock are left out, and told, and so are shell lines such as ``!pip install``. Those whose result a cell goes on with
refuse their cell.
"""

from __future__ import annotations

import ast
import builtins
import linecache
import re
import signal
import sys
from types import CodeType, FrameType, ModuleType
from typing import Any, NoReturn

from graders.inside import figures
from graders.inside.shown import display
from graders.wire.own import own_builtins

own_builtins(globals())

MAX_LINES = 100  #: of IPython's own in one cell
#: Magics that change nothing of what a cell computes.
IGNORED = frozenset({"autoreload", "capture", "colors", "config", "env", "history", "load_ext", "matplotlib", "pdb"})
IGNORED |= {"pinfo", "precision", "prun", "pwd", "pylab", "reload_ext", "time", "timeit", "who", "whos", "xmode"}
_MAGIC = re.compile(r"\s*%{1,2}([A-Za-z_]\w*)")
_TIMED = re.compile(r"(\s*)%time\s+(.+)")
_HELP = re.compile(r"\s*(\?{1,2}[\w.]+|[\w.\[\]]+\?{1,2})\s*")
_SHELL = re.compile(r"\s*!(?!=)")


class CellOverran(BaseException):
    """The cell's time is over. A BaseException, so that a bare ``except Exception`` in a loop does not eat it."""


class Cells:
    """The namespace of a notebook, and its cells as files that tracebacks can quote."""

    def __init__(self, sources: dict[str, tuple[str, list[str]]]) -> None:
        """``sources`` learns of each cell: file name as in tracebacks -> (name as told, lines)."""
        self._sources = sources
        module: Any = ModuleType("__main__")
        self.module: Any = module
        self.module.display = display
        self.module.__builtins__ = builtins  # not this module's own copy: what an exercise forbids is forbidden there
        sys.modules["__main__"] = self.module  # where pickle and dataclasses look for what cells define

    def run(self, source: str, name: str, seconds: float) -> tuple[tuple[int, ...], int]:
        """Run a cell.

        Returns:
            The lines that were left out, and the line that was refused, or 0; a refused cell has not run.
        """
        filename = f"<{name}>"
        lines = source.splitlines()
        self._sources[filename] = (name, lines)
        linecache.cache[filename] = (0, None, [f"{line}\n" for line in lines], filename)
        ignored, refused, text = _plain(lines)
        if refused:
            return tuple(ignored), refused
        previous = signal.signal(signal.SIGALRM, _overrun)
        signal.setitimer(signal.ITIMER_REAL, seconds)
        try:
            for code in _codes(text, filename):
                exec(code, vars(self.module))  # noqa: S102 -- that is what this process is for
            figures.end_cell()
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, previous)
        return tuple(ignored), 0


def _plain(lines: list[str]) -> tuple[list[int], int, str]:
    """The cell as Python: which lines were left out, which one cannot be, and the text."""
    lines = list(lines)
    ignored: list[int] = []
    first = next((number for number, line in enumerate(lines) if line.strip()), 0)
    if lines and lines[first].startswith("%%"):
        found = _MAGIC.match(lines[first])
        if not found or found[1] not in IGNORED:
            return ignored, first + 1, ""
        lines[first] = ""
        ignored.append(first + 1)
    for _ in range(MAX_LINES):
        text = "\n".join(lines)
        try:
            ast.parse(text)
        except SyntaxError as error:
            at = (error.lineno or 0) - 1
            line = lines[at] if 0 <= at < len(lines) else ""
            found, timed = _MAGIC.match(line), _TIMED.fullmatch(line)
            if timed:
                lines[at] = timed[1] + timed[2]
            elif (found and found[1] in IGNORED) or _HELP.fullmatch(line) or _SHELL.match(line):
                lines[at] = line[: len(line) - len(line.lstrip())] + "pass"
            elif found or re.match(r"\s*(\w[\w, ]*=\s*)?[!%]", line):
                return ignored, at + 1, ""
            else:
                return ignored, 0, text  # an error of the student's: compiling it says which
            ignored.append(at + 1)
        except (ValueError, RecursionError, MemoryError):
            return ignored, 0, text
        else:
            return ignored, 0, text
    return ignored, 0, "\n".join(lines)


def _codes(text: str, filename: str) -> list[CodeType]:
    """The statements, and the last expression by itself: its value is shown, as Jupyter does."""
    tree = ast.parse(text, filename)
    shown = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    codes = [compile(tree, filename, "exec", dont_inherit=True)]
    if isinstance(shown, ast.Expr):
        silent = text.rstrip().endswith(";")
        kept: Any = ast.Module([shown], []) if silent else ast.Interactive([shown])
        codes.append(compile(kept, filename, "exec" if silent else "single", dont_inherit=True))
    return codes


def _overrun(_signal: int, _frame: FrameType | None) -> NoReturn:
    raise CellOverran
