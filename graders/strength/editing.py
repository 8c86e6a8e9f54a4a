"""A source file to be mutated: its tree, who is whose parent, and replacing the text of one node."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

Node = TypeVar("Node", bound=ast.AST)
Function = ast.FunctionDef | ast.AsyncFunctionDef
_BINDS_LOOSER = (ast.BinOp, ast.UnaryOp, ast.BoolOp, ast.Compare, ast.IfExp, ast.Lambda)
_BINDS_TIGHTER = (ast.BinOp, ast.UnaryOp, ast.BoolOp, ast.Compare, ast.Attribute, ast.Subscript, ast.Starred)
#: Calls that a student makes to look at things: what feeds them alone decides nothing.
_TELLING = ("print", "track", "tqdm", "manual_seed", "seed", "add_scalar")


@dataclass(frozen=True, kw_only=True)
class Edit:
    """The text from one place to another (bytes), and what comes in its place."""

    start: int
    end: int
    text: str


class Source:
    """One Python file of a solution."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tree = ast.parse(text)
        self.parents = {child: node for node in ast.walk(self.tree) for child in ast.iter_child_nodes(node)}
        self._lines = [0]
        for line in text.encode().splitlines(keepends=True):
            self._lines.append(self._lines[-1] + len(line))

    def nodes(self, kind: type[Node]) -> Iterator[Node]:
        """The nodes of a kind that decide what the code computes, in the order of the text."""
        found = [node for node in ast.walk(self.tree) if isinstance(node, kind) and node not in self._idle]
        yield from sorted(found, key=lambda node: (getattr(node, "lineno", 0), getattr(node, "col_offset", 0)))

    def replace(self, node: ast.expr | ast.stmt, by: ast.AST | str) -> Edit:
        """Put another node, or a text, in the place of a node."""
        text = by if isinstance(by, str) else ast.unparse(by)
        assert node.end_lineno is not None and node.end_col_offset is not None
        start, end = self._place(node.lineno, node.col_offset), self._place(node.end_lineno, node.end_col_offset)
        content, parent = self.text.encode(), self.parents.get(node)
        enclosed = content[start - 1 : start] + content[end : end + 1] in (b"()", b"[]")
        if (
            isinstance(by, _BINDS_LOOSER)
            and isinstance(parent, _BINDS_TIGHTER)
            and not enclosed
            and _closeness(by) != _closeness(node)
        ):
            text = f"({text})"
        return Edit(start=start, end=end, text=text)

    def insert(self, before: ast.stmt, text: str) -> Edit:
        """Put a text before a statement."""
        place = self._place(before.lineno, before.col_offset)
        return Edit(start=place, end=place, text=text)

    def insert_after(self, after: ast.stmt, text: str) -> Edit:
        """Put a text behind a statement."""
        assert after.end_lineno is not None and after.end_col_offset is not None
        place = self._place(after.end_lineno, after.end_col_offset)
        return Edit(start=place, end=place, text=text)

    def apply(self, edit: Edit) -> str:
        content = self.text.encode()
        return (content[: edit.start] + edit.text.encode() + content[edit.end :]).decode()

    def above(self, node: ast.AST) -> Iterator[ast.AST]:
        """The parents of a node, from the nearest to the module."""
        while node in self.parents:
            node = self.parents[node]
            yield node

    def function(self, node: ast.AST) -> Function | None:
        """The function that a node belongs to."""
        return next((parent for parent in self.above(node) if isinstance(parent, Function)), None)

    @cached_property
    def functions(self) -> dict[str, Function]:
        return {node.name: node for node in ast.walk(self.tree) if isinstance(node, Function)}

    @cached_property
    def called(self) -> frozenset[str]:
        """The names of what this file calls itself."""
        return frozenset(call_name(node) for node in ast.walk(self.tree) if isinstance(node, ast.Call))

    @cached_property
    def trains(self) -> bool:
        """Whether this file has a training loop: many a number in it is then a choice, not a fact."""
        return "backward" in self.called

    def _place(self, line: int, column: int) -> int:
        return self._lines[line - 1] + column

    @cached_property
    def _idle(self) -> frozenset[ast.AST]:
        """Nodes that decide nothing: annotations, docstrings, messages, and what only feeds what is printed."""
        roots: list[ast.AST] = []
        watched = self._only_told()
        for node in ast.walk(self.tree):
            match node:
                case ast.FunctionDef() | ast.AsyncFunctionDef():
                    roots += [node.returns] if node.returns else []
                    roots += node.decorator_list
                case ast.arg(annotation=ast.AST() as annotation) | ast.AnnAssign(annotation=annotation):
                    roots.append(annotation)
                case ast.Import() | ast.ImportFrom() | ast.JoinedStr() | ast.Raise() | ast.Assert():
                    roots += list(ast.iter_child_nodes(node)) if isinstance(node, ast.Raise) else [node]
                case ast.Expr(value=ast.Constant()):
                    roots.append(node)
                case ast.Expr(value=ast.Call() as call) if call_name(call) in _TELLING:
                    roots.append(node)
                case ast.Assign(targets=[ast.Name(id=name)]) | ast.AugAssign(target=ast.Name(id=name)):
                    roots += [node] if name in watched else []
        return frozenset(inner for root in roots for inner in ast.walk(root))

    def _only_told(self) -> frozenset[str]:
        """Names of variables that are read in prints and messages alone."""
        told: set[str] = set()
        used: set[str] = set()
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
                above = self.above(node)
                telling = any(isinstance(up, ast.Call) and call_name(up) in _TELLING for up in above)
                (told if telling else used).add(node.id)
        return frozenset(told - used)


def _closeness(node: ast.AST) -> int:
    """How closely an arithmetic operator binds; a number of its own for any other node, which is like no other."""
    if not isinstance(node, ast.BinOp):
        return id(node)
    return -1 if isinstance(node.op, ast.Add | ast.Sub) else -3 if isinstance(node.op, ast.Pow) else -2


def call_name(call: ast.Call) -> str:
    """The last word of what is called: ``softmax`` for ``torch.softmax(x, -1)`` and for ``x.softmax(-1)``."""
    match call.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


def receiver(call: ast.Call) -> ast.expr | None:
    """The tensor that a method is called on; None for a function, whose tensor is its first argument."""
    match call.func:
        case ast.Attribute(value=ast.Name(id="torch" | "F" | "np" | "nn" | "math" | "functional")):
            return None
        case ast.Attribute(value=ast.Attribute(attr="functional" | "nn")):
            return None
        case ast.Attribute(value=value):
            return value
    return None


def subject(call: ast.Call) -> ast.expr | None:
    """The tensor that a call works on, whichever way it is written."""
    return receiver(call) or (call.args[0] if call.args else None)


def integer(node: ast.expr) -> int | None:
    """The value of a whole number as written, ``-2`` among them."""
    match node:
        case ast.Constant(value=int(value)) if not isinstance(value, bool):
            return value
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int(value))) if not isinstance(value, bool):
            return -value
    return None


def mentions(node: ast.AST, word: str) -> bool:
    """Whether a name with this word in it occurs in an expression."""
    return any(
        word in (inner.id if isinstance(inner, ast.Name) else inner.attr)
        for inner in ast.walk(node)
        if isinstance(inner, ast.Name | ast.Attribute)
    )
