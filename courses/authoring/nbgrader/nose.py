"""``from nose.tools import assert_equal``: old tests are full of it, and nose is no more. The same from unittest."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from unittest import TestCase

CASE, TOOLS = "_TestCase", "_Tools"
_OTHER = {"ok_": "assertTrue", "eq_": "assertEqual"}


def modern(source: str) -> str:
    """The text with imports of ``nose.tools`` written anew; whatever cannot be written so stays."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return source
    lines = source.split("\n")
    for node in reversed(tree.body):
        if isinstance(node, ast.ImportFrom) and node.module == "nose.tools" and not node.level:
            fresh = [_line(alias) for alias in node.names]
            if all(fresh):
                lines[node.lineno - 1 : node.end_lineno] = [f"from unittest import TestCase as {CASE}", *fresh]
        elif name := _module(node):
            lines[node.lineno - 1 : node.end_lineno] = [
                f"from unittest import TestCase as {CASE}",
                f"from types import SimpleNamespace as {TOOLS}",
                f"{name} = {TOOLS}({', '.join(_tools(name, tree))})",
            ]
    return "\n".join(lines)


def is_shim(statement: ast.stmt) -> bool:
    """Whether a statement is one that ``modern`` writes."""
    match statement:
        case ast.Assign(value=ast.Attribute(value=ast.Call(func=ast.Name(id=name)))):
            return name == CASE
        case ast.Assign(value=ast.Call(func=ast.Name(id=name))):
            return name == TOOLS
    return False


def _module(node: ast.stmt) -> str:
    """The name by which a statement makes the whole of ``nose.tools`` known; empty: it does not."""
    match node:
        case ast.Import(names=[ast.alias(name="nose.tools", asname=str(name))]):
            return name
        case ast.ImportFrom(module="nose", names=[ast.alias(name="tools", asname=name)]):
            return name or "tools"
    return ""


def _tools(name: str, tree: ast.Module) -> Iterator[str]:
    """What a cell uses of it."""
    nodes = (node for node in ast.walk(tree) if isinstance(node, ast.Attribute))
    used = {node.attr for node in nodes if isinstance(node.value, ast.Name) and node.value.id == name}
    for each in sorted(used):
        if method := _method(each):
            yield f"{each}={CASE}().{method}"


def _line(alias: ast.alias) -> str:
    method = _method(alias.name)
    return f"{alias.asname or alias.name} = {CASE}().{method}" if method else ""


def _method(name: str) -> str:
    """What unittest calls one of nose's assertions; empty where it has none."""
    method = _OTHER.get(name) or re.sub(r"_(\w)", lambda match: match[1].upper(), name)
    return method if hasattr(TestCase, method) else ""
