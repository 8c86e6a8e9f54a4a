"""Operators that take one thing for another: a variable, an activation, a product, the length of a loop."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from graders.strength.editing import Edit, Function, Source, call_name

_PROPERTIES = ("shape", "dtype", "device", "ndim", "size", "dim", "new_zeros", "new_ones", "new_full", "new_tensor")
_OTHER_ACTIVATION = {"relu": "sigmoid", "sigmoid": "tanh", "tanh": "sigmoid", "gelu": "relu", "silu": "relu"}


def tensors_of(function: Function) -> list[str]:
    """The parameters that hold tensors, by their annotations; all of a function without any."""
    given = [argument for argument in function.args.args if argument.arg not in ("self", "cls")]
    return [argument.arg for argument in given if argument.annotation is None or _is_tensor(argument.annotation)]


def _is_tensor(annotation: ast.expr) -> bool:
    """``Tensor`` itself, or None; not a list of tensors."""
    return ast.unparse(annotation).removesuffix(" | None").rpartition(".")[2] == "Tensor"


def answers_tensor(function: Function) -> bool:
    return function.returns is None or "Tensor" in ast.unparse(function.returns)


def wrong_variable(source: Source) -> Iterator[Edit]:
    """The next tensor among the arguments is used in place of this one."""
    for name in source.nodes(ast.Name):
        function = source.function(name)
        tensors = tensors_of(function) if function is not None else []
        looked_at = isinstance(source.parents[name], ast.Attribute) and _is_property(source.parents[name])
        if isinstance(name.ctx, ast.Load) and name.id in tensors and len(tensors) > 1 and not looked_at:
            yield source.replace(name, tensors[(tensors.index(name.id) + 1) % len(tensors)])


def wrong_attribute(source: Source) -> Iterator[Edit]:
    """The next attribute of the object is used in place of this one."""
    for attribute in source.nodes(ast.Attribute):
        kind = next((up for up in source.above(attribute) if isinstance(up, ast.ClassDef)), None)
        own = _own_attributes(kind) if kind is not None else []
        looked_at = isinstance(attribute.ctx, ast.Load) and ast.unparse(attribute.value) == "self"
        if looked_at and attribute.attr in own and len(own) > 1:
            other = own[(own.index(attribute.attr) + 1) % len(own)]
            yield source.replace(attribute, ast.Attribute(value=attribute.value, attr=other, ctx=ast.Load()))


def _own_attributes(kind: ast.ClassDef) -> list[str]:
    """The names that an object's constructor gives it, in their order."""
    set_ = [node for node in ast.walk(kind) if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store)]
    set_.sort(key=lambda node: node.lineno)
    return list(dict.fromkeys(node.attr for node in set_ if ast.unparse(node.value) == "self"))


def _is_property(node: ast.AST) -> bool:
    """Sizes and types, which two arguments may well have in common."""
    return isinstance(node, ast.Attribute) and node.attr in _PROPERTIES


def wrong_activation(source: Source) -> Iterator[Edit]:
    """Another activation than the one that was asked for."""
    for call in source.nodes(ast.Call):
        other = _OTHER_ACTIVATION.get(call_name(call))
        if other is not None and isinstance(call.func, ast.Attribute) and not source.trains:
            yield source.replace(call.func, ast.Attribute(value=call.func.value, attr=other, ctx=ast.Load()))


def activation_added(source: Source) -> Iterator[Edit]:
    """A softmax at the end that nobody asked for."""
    for statement in source.nodes(ast.Return):
        function, value = source.function(statement), statement.value
        if function is None or source.trains or not (answers_tensor(function) and tensors_of(function)):
            continue
        if isinstance(value, ast.BinOp | ast.Call | ast.IfExp):
            softmax = ast.Attribute(value=value, attr="softmax", ctx=ast.Load())
            last = ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=1))
            yield source.replace(value, ast.Call(func=softmax, args=[last], keywords=[]))


def product_confused(source: Source) -> Iterator[Edit]:
    """``*`` where ``@`` is meant."""
    for node in source.nodes(ast.BinOp):
        if isinstance(node.op, ast.MatMult):
            yield source.replace(node, ast.BinOp(left=node.left, op=ast.Mult(), right=node.right))


def loop_cut(source: Source) -> Iterator[Edit]:
    """A loop leaves out its first or its last turn."""
    for loop in source.nodes(ast.For):
        if not source.trains:
            whole = ast.unparse(loop.iter)
            yield from (source.replace(loop.iter, f"list({whole}){cut}") for cut in ("[1:]", "[:-1]"))
