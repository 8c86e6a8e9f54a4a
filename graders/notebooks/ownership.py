"""Whose a name is in test cells that share a namespace with each other and reach into the student's.

The student's are the names that the cells use before they define them, as ``squares`` in ``assert squares(3) == 9``, or
``del squares`` followed by ``squares = kept``. All others (``expected = 9``) are the tests' own and never go across.
It is read off the cells alone, so that no submission can change it, and can learn of no value that a test keeps.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterable, Sequence

#: What test files call the submission, and what is asked of it in cells.
SUBMISSION = "student"
_ASKED = frozenset({"run", "seed", "timed"})
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


def names_of_the_student(cells: Iterable[ast.Module], *, given: Iterable[str] = ()) -> frozenset[str]:
    """The names that belong to the student's notebook.

    Args:
        cells: the test cells, in the order in which they run.
        given: names that the tests have from elsewhere, such as the imports of the exercise's locked cells.
    """
    walk = _Walk({*given, *vars(builtins), "__builtins__"})  # which every namespace has
    for cell in cells:
        walk.visit(cell)
    walk.look_into_functions()
    return frozenset(walk.students)


def speaks_of_the_submission(cells: Sequence[ast.Module]) -> bool:
    """Whether ``student`` in test cells is the submission, as in a test file: each time, something that is asked of it.

    Else it is a name like any other, as in ``assert student.name == "Ann"``.
    """
    nodes = [node for cell in cells for node in ast.walk(cell)]
    named = [node for node in nodes if isinstance(node, ast.Name) and node.id == SUBMISSION]
    asked = {id(node.value) for node in nodes if isinstance(node, ast.Attribute) and node.attr in _ASKED}
    return bool(named) and all(id(node) in asked for node in named)


class _Walk(ast.NodeVisitor):
    """Visits in the order in which Python evaluates, remembering of each name what came first."""

    def __init__(self, ours: set[str]) -> None:
        self._ours, self.students = ours, set[str]()
        self._hidden: list[set[str]] = []  #: names of the scopes around this place
        #: functions run later, when all cells have bound their names: what each hides, and its body
        self._bodies: list[tuple[set[str], Sequence[ast.AST]]] = []

    def visit_Name(self, node: ast.Name) -> None:
        if any(node.id in names for names in self._hidden):
            return
        if isinstance(node.ctx, ast.Store):
            self._bind(node.id)
        elif node.id not in self._ours:
            self.students.add(node.id)

    def _bind(self, name: str) -> None:
        if name not in self.students:
            self._ours.add(name)

    def _bind_here(self, name: str) -> None:
        """A name that a pattern binds, which is no node of its own."""
        if not any(name in names for names in self._hidden):
            self._bind(name)

    def visit_Assign(self, node: ast.Assign) -> None:
        self._in_order(node.value, *node.targets)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        self.visit(node.annotation)
        if node.value is not None:
            self._in_order(node.value, node.target)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        if isinstance(node.target, ast.Name) and node.target.id not in self._ours:
            self.students.add(node.target.id)
        self._in_order(node.value, node.target)

    def visit_NamedExpr(self, node: ast.NamedExpr) -> None:
        self._in_order(node.value, node.target)

    def visit_For(self, node: ast.For) -> None:
        self._in_order(node.iter, node.target, *node.body, *node.orelse)

    def visit_Import(self, node: ast.Import | ast.ImportFrom) -> None:
        for alias in node.names:
            self._bind(alias.asname or alias.name.partition(".")[0])

    visit_ImportFrom = visit_Import

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> None:
        if node.type is not None:
            self.visit(node.type)
        if node.name:
            self._bind(node.name)
        self._in_order(*node.body)

    def visit_MatchAs(self, node: ast.MatchAs | ast.MatchStar) -> None:
        self.generic_visit(node)
        if node.name:
            self._bind_here(node.name)

    visit_MatchStar = visit_MatchAs

    def visit_MatchMapping(self, node: ast.MatchMapping) -> None:
        self.generic_visit(node)
        if node.rest:
            self._bind_here(node.rest)

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        arguments = [each for each in ast.walk(node.args) if isinstance(each, ast.arg)]
        annotations = [each.annotation for each in arguments] + [node.returns]
        self._in_order(*node.decorator_list, node.args, *(each for each in annotations if each is not None))
        self._bind(node.name)
        self._remember(node.args, node.body)

    visit_AsyncFunctionDef = visit_FunctionDef

    def visit_Lambda(self, node: ast.Lambda) -> None:
        self.visit(node.args)
        self._remember(node.args, [node.body])

    def visit_arguments(self, node: ast.arguments) -> None:
        self._in_order(*node.defaults, *(default for default in node.kw_defaults if default is not None))

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self._in_order(*node.decorator_list, *node.bases, *(keyword.value for keyword in node.keywords))
        self._within(_stored(node.body), node.body)
        self._bind(node.name)

    def generic_visit(self, node: ast.AST) -> None:
        if isinstance(node, _COMPREHENSIONS):
            self.visit(node.generators[0].iter)
            targets = _stored([generator.target for generator in node.generators])
            self._within(targets, list(ast.iter_child_nodes(node)))
        else:
            super().generic_visit(node)

    def look_into_functions(self) -> None:
        """What functions read of the outside: by the time they run, every cell has bound its names."""
        while self._bodies:
            self._within(*self._bodies.pop())

    def _remember(self, arguments: ast.arguments, body: Sequence[ast.AST]) -> None:
        named = {node.arg for node in ast.walk(arguments) if isinstance(node, ast.arg)}
        outer = {name for node in body for name in _declared_global(node)}
        self._bodies.append((set().union(*self._hidden, named, _stored(body)) - outer, body))

    def _within(self, names: set[str], nodes: Sequence[ast.AST]) -> None:
        self._hidden.append(names)
        self._in_order(*nodes)
        self._hidden.pop()

    def _in_order(self, *nodes: ast.AST) -> None:
        for node in nodes:
            self.visit(node)


def _stored(nodes: Sequence[ast.AST]) -> set[str]:
    """The names bound by some statements, without those of functions in them."""
    names: set[str] = set()
    waiting = list(nodes)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store | ast.Del):
            names.add(node.id)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.add(node.name)
            continue
        elif isinstance(node, ast.Import | ast.ImportFrom):
            names.update(alias.asname or alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ExceptHandler | ast.MatchAs | ast.MatchStar) and node.name:
            names.add(node.name)
        elif isinstance(node, ast.MatchMapping) and node.rest:
            names.add(node.rest)
        if not isinstance(node, ast.Lambda):
            waiting.extend(ast.iter_child_nodes(node))
    return names


def _declared_global(node: ast.AST) -> set[str]:
    return {name for inner in ast.walk(node) if isinstance(inner, ast.Global) for name in inner.names}
