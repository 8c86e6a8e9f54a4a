"""Authors' arithmetic over a question's parameters: ``channels * (kernel**2 * 3 + 1)``. Whole numbers stay whole."""

from __future__ import annotations

import ast
import math
import operator
from collections.abc import Callable, Mapping
from typing import Any

Number = int | float

_BINARY: dict[type[ast.operator], Callable[[Any, Any], Number]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
}
_FUNCTIONS: dict[str, Callable[..., Number]] = {
    "abs": abs,
    "ceil": math.ceil,
    "exp": math.exp,
    "floor": math.floor,
    "log": math.log,
    "log2": math.log2,
    "max": max,
    "min": min,
    "round": round,
    "sqrt": math.sqrt,
    "tanh": math.tanh,
}
_LARGEST = 1e15


class ArithmeticInvalid(ValueError):
    """An expression that cannot be computed; the text says why."""


def evaluate(expression: str, names: Mapping[str, Number]) -> Number:
    """The value of an expression. Raises ``ArithmeticInvalid``."""
    try:
        tree = ast.parse(expression.strip()[:500], mode="eval")
        value = _value(tree.body, names)
    except ArithmeticInvalid:
        raise
    except (SyntaxError, ArithmeticError, ValueError, TypeError, RecursionError, MemoryError) as error:
        raise ArithmeticInvalid(f"`{expression}` cannot be computed: {error}") from error
    return value


def _value(node: ast.expr, names: Mapping[str, Number]) -> Number:
    value: Number
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float) and not isinstance(node.value, bool):
        value = node.value
    elif isinstance(node, ast.Name):
        if node.id not in names:
            raise ArithmeticInvalid(f"`{node.id}` is not among the parameters {', '.join(names) or '(there are none)'}")
        value = names[node.id]
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.UAdd):
        inner = _value(node.operand, names)
        value = -inner if isinstance(node.op, ast.USub) else inner
    elif isinstance(node, ast.BinOp) and type(node.op) in _BINARY:
        left, right = _value(node.left, names), _value(node.right, names)
        if isinstance(node.op, ast.Pow) and abs(right) > 64:
            raise ArithmeticInvalid(f"the exponent {right} is too large")
        value = _BINARY[type(node.op)](left, right)
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _FUNCTIONS:
        if node.keywords:
            raise ArithmeticInvalid(f"`{node.func.id}` takes no named arguments")
        value = _FUNCTIONS[node.func.id](*(_value(argument, names) for argument in node.args))
    else:
        raise ArithmeticInvalid(
            f"`{ast.unparse(node)}` is no arithmetic: numbers, parameters, + - * / // % ** and {', '.join(_FUNCTIONS)}"
        )
    if isinstance(value, complex) or not abs(value) <= _LARGEST:
        raise ArithmeticInvalid(f"`{ast.unparse(node)}` is {value}, which is too large")
    return value
