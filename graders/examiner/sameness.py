"""``is`` in test cells, where both sides stay in the student's process.

Each answer has a stand-in of its own here, so that what a function has returned is never taken for what the test made
(see ``operating``). ``model.fit(x, y) is model`` would then never hold: so cells ask for it by ``identical``.
"""

from __future__ import annotations

import ast

#: No name of Python's, so that nobody's is hidden by it; pytest names what it puts into tests alike.
IDENTICAL = "@identical"


class _Asking(ast.NodeTransformer):
    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        self.generic_visit(node)
        sides = (node.left, node.comparators[0])
        if len(node.ops) > 1 or any(isinstance(side, ast.Constant) for side in sides):
            return node
        if not isinstance(node.ops[0], ast.Is | ast.IsNot):
            return node
        asked: ast.expr = ast.Call(ast.Name(IDENTICAL, ast.Load()), [*sides], [])
        if isinstance(node.ops[0], ast.IsNot):
            asked = ast.UnaryOp(ast.Not(), asked)
        return ast.fix_missing_locations(ast.copy_location(asked, node))


def asking_for_identity(tree: ast.Module) -> ast.Module:
    """The cell with ``is`` asked of ``identical``, which a namespace has under the name ``IDENTICAL``."""
    asking: ast.Module = _Asking().visit(tree)
    return asking
