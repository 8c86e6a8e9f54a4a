"""What of the author's own code the tests need on their side of the border.

Tests use ``np``, or a helper that a cell above defines. In nbgrader those are names of the notebook that students hand
in, and a student who rebinds one decides what the test sees. Here the author's own text goes to the tests: imports from
every cell, functions from cells that are no solution, and constants from locked ones.
"""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeGuard

from courses.authoring.nbgrader.cells import Cell, Role
from courses.authoring.nbgrader.nose import CASE, TOOLS, is_shim
from courses.authoring.nbgrader.shaping import without_magics
from graders.notebooks.ownership import names_of_the_student
from graders.notebooks.reading import NotebookUnreadable, read_notebook

#: What has been typed and shown at Jupyter's prompt, and the prompt itself.
_PROMPT = re.compile(r"In|Out|_[ido]h|_i{1,3}|_{1,3}|_i?\d+|get_ipython")


@dataclass(frozen=True)
class _Definition:
    statement: ast.stmt
    needs: frozenset[str]  #: names of the outside that it uses


def helpers_for(
    tests: Sequence[str], cells: Sequence[Cell], *, own: Collection[str] = (), off: Collection[str] = ()
) -> str:
    """The text of a helper cell for these tests; empty where they need nothing of the author's.

    Args:
        tests: the test cells, which are Python.
        cells: the source with its solutions.
        own: modules that lie beside the notebook: only the student's side has them, and so what is imported from them.
        off: ids of test cells that do not run: what they import and define, others may use.
    """
    wanted = names_of_the_student([ast.parse(source) for source in tests])
    taken = set(_bound_in_solutions(cells))
    known: dict[str, _Definition] = {}
    for name, each in _definitions(cells, off):
        if name not in taken or _is_import(each.statement):
            known.pop(name, None)  # bound again: it stands where that is done, below what it needs
            known[name] = each
    known = {name: each for name, each in known.items() if not _modules_of(each.statement) & set(own)}
    chosen: dict[str, _Definition] = {}
    for name in sorted(wanted):
        chosen |= _with_needs(name, known) or {}
    order = {id(each.statement): place for place, each in enumerate(known.values())}
    statements = {id(each.statement): each.statement for each in chosen.values()}
    in_order = sorted(statements.values(), key=lambda statement: order[id(statement)])
    return "\n".join(ast.unparse(statement) for statement in in_order)


def _with_needs(name: str, known: dict[str, _Definition]) -> dict[str, _Definition] | None:
    """A definition and all that it stands on; None where a part of that is the student's."""
    found: dict[str, _Definition] = {}
    waiting = [name]
    while waiting:
        current = waiting.pop()
        if current in found or current in vars(builtins):
            continue
        if current not in known:
            return None
        found[current] = known[current]
        waiting += known[current].needs
    return found


def _definitions(cells: Sequence[Cell], off: Collection[str]) -> Iterator[tuple[str, _Definition]]:
    """Names that the author's cells bind for good, the last binding of each last."""
    for cell in cells:
        of_test = cell.role is Role.TEST and cell.grade_id in off
        if not cell.is_code or (cell.role in (Role.TEST, Role.WRITTEN) and not of_test):
            continue
        for statement in statements_of(cell.source):
            if _is_import(statement):
                for name in names_of_import(statement):
                    yield name, _Definition(statement, frozenset())
            elif is_shim(statement):
                needs = frozenset(used_in(statement) & {CASE, TOOLS})
                yield from ((name, _Definition(statement, needs)) for name in bound_names([statement]))
            elif cell.role is Role.SOLUTION:
                continue
            elif _is_function(statement) or (of_test and isinstance(statement, ast.ClassDef)):
                outside = names_of_the_student([ast.Module([statement], [])]) - {statement.name}
                yield statement.name, _Definition(statement, outside)
            elif (of_test or cell.role is Role.LOCKED) and (constant := _constant(statement)):
                yield constant, _Definition(statement, frozenset())


def _bound_in_solutions(cells: Sequence[Cell]) -> Iterator[str]:
    for cell in cells:
        if cell.is_code and cell.role in (Role.SOLUTION, Role.WRITTEN):
            yield from bound_names(statements_of(cell.source))


def jupyters_own(source: str, *, bound: Collection[str]) -> str:
    """Why a test cannot run anywhere but in Jupyter: it reads what only Jupyter's prompt keeps.

    Here such a name would be missing on both sides of the border, so that trying the test both ways finds nothing.

    Args:
        source: the test cell.
        bound: names that the cells above give a value, as ``_`` in ``x, _ = pair``: those are no longer Jupyter's.
    """
    names = names_of_the_student([ast.Module(statements_of(source), [])], given=bound)
    found = sorted(name for name in names if _PROMPT.fullmatch(name))
    return f"it reads {found[0]!r}, which only Jupyter's prompt has; compare values instead" if found else ""


def changes_of_modules(notebook: str) -> list[str]:
    """What the cells of a notebook change in modules that they import, as ``math.isclose = …``."""
    try:
        cells = [cell for cell in read_notebook(notebook) if cell.kind == "code"]
    except NotebookUnreadable:
        return []
    statements = [statement for cell in cells for statement in statements_of(cell.source)]
    nodes = [node for statement in statements for node in ast.walk(statement)]
    modules = {name for each in nodes if isinstance(each, ast.Import) for name in names_of_import(each)}
    stored = (node for node in nodes if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store | ast.Del))
    named = [ast.unparse(node) for node in stored]
    calls = (node for node in nodes if isinstance(node, ast.Call) and ast.unparse(node.func) == "setattr" and node.args)
    named += [ast.unparse(node.args[0]) + "." for node in calls]
    return [name for name in named if name.partition(".")[0] in modules]


def bound_names(statements: Iterable[ast.stmt]) -> Iterator[str]:
    """Names that statements bind at the top level, imports aside."""
    for statement in statements:
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield statement.name
        elif not _is_import(statement):
            for node in ast.walk(statement):
                if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                    yield node.id


def used_names(source: str) -> set[str]:
    """Names that a cell reads."""
    return set().union(*(used_in(statement) for statement in statements_of(source)))


def used_in(statement: ast.stmt) -> set[str]:
    nodes = (node for node in ast.walk(statement) if isinstance(node, ast.Name))
    return {node.id for node in nodes if isinstance(node.ctx, ast.Load)}


def given_names(source: str) -> set[str]:
    """All names that a cell binds at its top level, imports among them."""
    statements = statements_of(source)
    imported = {name for each in statements if _is_import(each) for name in names_of_import(each)}
    return imported | set(bound_names(statements))


def statements_of(source: str) -> list[ast.stmt]:
    try:
        return ast.parse(without_magics(source)[0]).body  # a magic beside the imports is usual
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []


def _is_function(statement: ast.stmt) -> TypeGuard[ast.FunctionDef]:
    return isinstance(statement, ast.FunctionDef) and not statement.decorator_list


def _is_import(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Import | ast.ImportFrom)


def _modules_of(statement: ast.stmt) -> set[str]:
    """The modules that a statement imports from, by the first part of their names."""
    if isinstance(statement, ast.ImportFrom):
        return {(statement.module or "").partition(".")[0]}
    return {alias.name.partition(".")[0] for alias in statement.names} if isinstance(statement, ast.Import) else set()


def names_of_import(statement: ast.stmt) -> list[str]:
    """What an import binds; nothing for other statements."""
    aliases = statement.names if isinstance(statement, ast.Import | ast.ImportFrom) else []
    return [alias.asname or alias.name.partition(".")[0] for alias in aliases if alias.name != "*"]


def _constant(statement: ast.stmt) -> str:
    """The name that is given a plain value; empty where it is no such statement."""
    match statement:
        case ast.Assign(targets=[ast.Name(id=name)], value=value):
            try:
                ast.literal_eval(value)
            except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
                return ""
            return name
    return ""
