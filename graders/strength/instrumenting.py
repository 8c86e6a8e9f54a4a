"""A test file whose comparisons are watched; ``measuring`` watches them, in the examiner."""

from __future__ import annotations

import ast

_COMPARISONS = ("Lt", "LtE", "Gt", "GtE")
#: Put behind a test file that is to be measured.
FIXTURE = """

import pytest as _gradus_pytest
from graders.strength import measuring as _gradus_measuring

_gradus_measuring.watch()


@_gradus_pytest.fixture(autouse=True)
def _gradus_margin():
    _gradus_measuring.begin()
    yield
    _gradus_measuring.tell()
"""


def measured(test_file: str) -> str:
    """A test file whose comparisons are watched."""
    tree = ast.parse(test_file)
    for node in ast.walk(tree):
        if isinstance(node, ast.Assert):
            node.test = _Watched().visit(node.test)
    return ast.unparse(ast.fix_missing_locations(tree)) + FIXTURE


class _Watched(ast.NodeTransformer):
    def visit_Compare(self, node: ast.Compare) -> ast.expr:
        kind = type(node.ops[0]).__name__
        if len(node.ops) > 1 or kind not in _COMPARISONS:
            return node
        arguments = [ast.Constant(kind), ast.Constant(ast.unparse(node)), node.left, node.comparators[0]]
        function = ast.Attribute(ast.Name("_gradus_measuring", ast.Load()), "ordered", ast.Load())
        return ast.Call(function, arguments, [])
