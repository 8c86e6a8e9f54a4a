"""A draft of a switched-off test: what it computes moves into a probe, what it compares with stays out.

A test that needs the student's objects for more than their values can compute beside them, in a function that is sent
to the sandbox (``student.run``). Constants that it compares with stay here; all else that the probe says is the word of
the student's process. So a draft is for its author to read, and never takes a test's place unasked.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

from courses.authoring.nbgrader.helpers import bound_names, names_of_import
from graders.notebooks.ownership import names_of_the_student

_LOOK, _SEEN = "gradus_look", "gradus_seen"


def draft_of(source: str, *, imports: Mapping[str, str], tests: Collection[str], later: Collection[str]) -> str:
    """The test with its computing in a probe; empty where that would be another test.

    Args:
        source: the test cell, which is Python.
        imports: names that the notebook imports -> the statement that does.
        tests: names that test cells above make, which go along as arguments.
        later: names that later test cells use, and have from this one.
    """
    tree = ast.parse(source)
    free = names_of_the_student([tree]) - set(vars(builtins)) - {"__builtins__"}
    students = free - set(tests) - set(imports)
    bound = set(bound_names(tree.body)) - students
    if not tree.body or (free - students) & bound or any(isinstance(node, ast.Await) for node in ast.walk(tree)):
        return ""
    given = sorted(free & set(tests) - set(imports))
    inner = [imports[name] for name in sorted(free & set(imports))]
    probe = _Probe()
    for statement in tree.body:
        probe.take(_local(statement, students), is_last=statement is tree.body[-1])
        if isinstance(statement, ast.FunctionDef | ast.ClassDef) and statement.name in students:
            probe.inside.append(f"submission.{statement.name} = {statement.name}")
    outer = [each for each in tree.body if _names_of(each) & set(later) and not isinstance(each, ast.Assert)]
    carried = [each for each in outer if isinstance(each, ast.Import | ast.ImportFrom | ast.FunctionDef | ast.ClassDef)]
    kept = sorted(bound & set(later) - set().union(*(_names_of(each) for each in carried)))
    lines = [f"def {_LOOK}({', '.join(['submission', *given])}):"]
    lines += [f"    {line}" for text in [*inner, f"{_SEEN} = []", *probe.inside] for line in text.split("\n")]
    lines += [f"    {_SEEN}.append({name})" for name in kept]
    lines += [f"    return {_SEEN}", "", "", *map(ast.unparse, carried)]
    lines += [f"{_SEEN} = student.run({', '.join([_LOOK, *given])})"]
    lines += [f"{name} = {_SEEN}[{probe.count + place}]" for place, name in enumerate(kept)]
    return "\n".join([*lines, *probe.outside])


@dataclass(kw_only=True)
class _Probe:
    """Statements inside, and what is done here with the values that they send."""

    inside: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)
    count: int = 0

    def take(self, statement: ast.stmt, *, is_last: bool) -> None:
        match statement:
            case ast.Assert(test=ast.Compare(left=left, ops=[operator], comparators=[right]), msg=message) if _plain(
                right
            ):
                sign = ast.unparse(ast.Compare(ast.Name("_"), [operator], [right])).removeprefix("_")
                self._send(ast.unparse(left), f"assert {{}}{sign}{_said(message)}")
            case ast.Assert(test=test, msg=message):
                self._send(f"bool({ast.unparse(test)})", f"assert {{}} is True{_said(message)}")
            case ast.Expr(value=value) if is_last and not isinstance(value, ast.Constant):
                self._send(ast.unparse(value), "{}")
            case ast.Expr(value=ast.Constant()) if is_last:
                self.outside.append(ast.unparse(statement))
            case _:
                self.inside.append(ast.unparse(statement))

    def _send(self, expression: str, use: str) -> None:
        self.inside.append(f"{_SEEN}.append({expression})")
        self.outside.append(use.replace("{}", f"{_SEEN}[{self.count}]", 1))
        self.count += 1


@dataclass(kw_only=True)
class _Inner(ast.NodeTransformer):
    """The cell's own names are those of the probe, also where a function of it declares one global. The student's are
    asked of the submission each time: its code may bind them anew meanwhile."""

    students: Collection[str]

    def visit_Global(self, node: ast.Global) -> ast.Nonlocal | None:
        names = [name for name in node.names if name not in self.students]
        return ast.Nonlocal(names=names) if names else None

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return ast.Attribute(ast.Name("submission"), node.id, node.ctx) if node.id in self.students else node

    def visit_Call(self, node: ast.Call) -> ast.expr:
        if ast.unparse(node) == "globals()":
            return ast.Call(ast.Name("vars"), [ast.Name("submission")], [])
        return cast(ast.expr, self.generic_visit(node))


def _local(statement: ast.stmt, students: Collection[str]) -> ast.stmt:
    changed: ast.stmt = _Inner(students=students).visit(ast.parse(ast.unparse(statement)).body[0])
    return ast.fix_missing_locations(changed)


def _plain(value: ast.expr) -> bool:
    try:
        ast.literal_eval(value)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return False
    return True


def _said(message: ast.expr | None) -> str:
    return f", {ast.unparse(message)}" if message is not None and _plain(message) else ""


def _names_of(statement: ast.stmt) -> set[str]:
    return {*names_of_import(statement), *bound_names([statement])}


def imports_of(statements: Sequence[ast.stmt]) -> Iterator[tuple[str, str]]:
    """Names that imports bind, each with a statement that binds it alone."""
    for statement in statements:
        if isinstance(statement, ast.Import | ast.ImportFrom):
            for alias in statement.names:
                names = [alias.asname or alias.name.partition(".")[0]] if alias.name != "*" else []
                yield from ((name, _one(statement, alias)) for name in names)


def _one(statement: ast.Import | ast.ImportFrom, alias: ast.alias) -> str:
    if isinstance(statement, ast.Import):
        return ast.unparse(ast.Import([alias]))
    return ast.unparse(ast.ImportFrom(statement.module, [alias], statement.level))
