"""Whether what an author writes imports only what its runtime has. Read, never run."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Mapping

from graders.notebooks.reading import NotebookUnreadable, read_notebook
from graders.problems import Problem
from graders.runtimes import FOR_CELLS, FOR_TESTS, RUNTIMES

#: Exceptions whose handler goes on where a module is missing.
_MISSING = frozenset({"ImportError", "ModuleNotFoundError", "Exception", "BaseException"})


def check_imports(
    texts: Mapping[str, str], *, runtime: str, files: Collection[str], problems: list[Problem], tests: bool = False
) -> None:
    """Append a problem for each import that the sandbox would refuse.

    Args:
        texts: file name -> Python, or a notebook.
        files: what a student hands in: these import each other.
        tests: hidden or visible tests, which may import more.
    """
    spec = RUNTIMES[runtime]
    allowed = spec.importable | {name.removesuffix(".py").partition("/")[0] for name in files}
    allowed |= {"data"} | (FOR_TESTS | {"hidden"} if tests else frozenset())  # folders whose files can be imported
    packages = ", ".join(sorted(spec.packages))
    for file, text in texts.items():
        for line, module in _imports(file, text):
            top = module.partition(".")[0]
            if top not in allowed and not (file.endswith(".ipynb") and top in FOR_CELLS):
                where = "" if line else " in a cell"
                message = f"`{module}` is imported{where}, which the runtime {runtime} does not have"
                problems.append(Problem(file=file, line=line, message=message, expected=f"Python's own, or {packages}"))


def _imports(file: str, text: str) -> Iterator[tuple[int, str]]:
    """Line and module of each import; 0 for the line in a notebook."""
    if not file.endswith(".ipynb"):
        yield from _imports_of(text) if file.endswith(".py") else ()
        return
    try:
        cells = read_notebook(text)
    except NotebookUnreadable:  # told elsewhere
        return
    for cell in cells:
        if cell.runs:  # a test that students read runs in the examiner alone, which has more
            yield from ((0, module) for _, module in _imports_of(cell.source))


def _imports_of(text: str) -> Iterator[tuple[int, str]]:
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):  # told elsewhere, or wrong on purpose
        return
    guarded = {id(node) for node in _guarded(tree)}
    for node in ast.walk(tree):
        if id(node) in guarded:
            continue
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.lineno, node.module


def _guarded(tree: ast.Module) -> Iterator[ast.AST]:
    """What stands in a ``try`` that is ready for a missing module."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Try) and any(_catches(handler) for handler in node.handlers):
            yield from (below for statement in node.body for below in ast.walk(statement))


def _catches(handler: ast.ExceptHandler) -> bool:
    caught = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(each is None or (isinstance(each, ast.Name) and each.id in _MISSING) for each in caught)
