"""``from nose.tools import assert_equal``: old tests are full of it, and nose is no more. The same from unittest."""

from __future__ import annotations

import ast
import re
from unittest import TestCase

CASE = "_TestCase"
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
    return "\n".join(lines)


def is_shim(statement: ast.stmt) -> bool:
    """Whether a statement is one that ``modern`` writes."""
    match statement:
        case ast.Assign(value=ast.Attribute(value=ast.Call(func=ast.Name(id=name)))):
            return name == CASE
    return False


def _line(alias: ast.alias) -> str:
    words = re.sub(r"_(\w)", lambda match: match[1].upper(), alias.name)
    method = _OTHER.get(alias.name, words)
    return f"{alias.asname or alias.name} = {CASE}().{method}" if hasattr(TestCase, method) else ""
