"""Operators on statements and training steps: something is forgotten, or does more than it should."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from graders.strength.confusions import answers_tensor, tensors_of
from graders.strength.editing import Edit, Function, Source, call_name

_MODAL = ("Dropout", "Dropout1d", "Dropout2d", "BatchNorm1d", "BatchNorm2d", "BatchNorm3d", "dropout", "batch_norm")
_STEPS = ("zero_grad", "step", "backward", "append", "clip_grad_norm_", "load_state_dict")
#: Calls whose result no gradient runs through.
_WITHOUT_GRADIENT = ("len", "int", "float", "range", "slice", "arange", "ones", "zeros", "new_zeros", "item", "argmax")


def detached_gradient(source: Source) -> Iterator[Edit]:
    """The graph is cut: at an answer, or at a value on the way to it."""
    statements: list[ast.Return | ast.Assign] = [*source.nodes(ast.Return), *source.nodes(ast.Assign)]
    for statement in statements:
        value, function = statement.value, source.function(statement)
        if value is None or function is None or not _may_need_gradient(source, statement, function):
            continue
        called = isinstance(value, ast.Call) and call_name(value)
        typed = source.functions.get(called) if called else None
        if called in _WITHOUT_GRADIENT or (typed is not None and not answers_tensor(typed)):
            continue
        if isinstance(value, ast.BinOp | ast.Call):
            yield source.replace(value, ast.Call(func=_attribute(value, "detach"), args=[], keywords=[]))


def _may_need_gradient(source: Source, statement: ast.stmt, function: Function) -> bool:
    if any(isinstance(up, ast.With) and "grad" in ast.unparse(up.items[0]) for up in source.above(statement)):
        return False
    if any("grad" in ast.unparse(decorator) for decorator in function.decorator_list):
        return False
    if not source.trains:
        return answers_tensor(function) and function.name != "__init__" and bool(tensors_of(function))
    ends = [
        node.func.value.id
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Name)
        if node.func.attr == "backward"
    ]
    return isinstance(statement, ast.Assign) and ast.unparse(statement.targets[0]) in ends


def _attribute(value: ast.expr, name: str) -> ast.Attribute:
    return ast.Attribute(value=value, attr=name, ctx=ast.Load())


def input_changed(source: Source) -> Iterator[Edit]:
    """The answer is right, but the caller's tensor is another one afterwards, as after work in place."""
    for statement in source.nodes(ast.Return):
        function = source.function(statement)
        if function is None or statement.value is None or not answers_tensor(function):
            continue
        helper = function.name in source.called and (source.trains or function not in source.tree.body)
        if helper or function.name.startswith("_"):
            continue  # it may work in place on what its own caller made
        pad = " " * statement.col_offset
        rebound = {node.id for node in ast.walk(function) if isinstance(node, ast.Name) and _is_bound(node)}
        for name in tensors_of(function):
            if name not in rebound and not _is_known_none(source, statement, name):
                lines = [f"answer = ({ast.unparse(statement.value)}) + 0", f"if {name} is not None:"]
                clear = f"    {name}.detach().zero_()"
                yield source.replace(statement, f"\n{pad}".join([*lines, clear, "return answer"]))
    for function in source.functions.values():
        yield from _doubled_at_first(source, function)


def _is_known_none(source: Source, statement: ast.stmt, name: str) -> bool:
    """Whether a statement stands where there is no such tensor: ``if mask is None: return ...``."""
    return any(isinstance(up, ast.If) and ast.unparse(up.test) == f"{name} is None" for up in source.above(statement))


def _doubled_at_first(source: Source, function: Function) -> Iterator[Edit]:
    """A parameter that is given a new value later: the old one is doubled in place, and halved for the answer."""
    first = next((node for node in function.body if not _is_docstring(node)), None)
    if first is None or function.name.startswith("_") or source.trains or not answers_tensor(function):
        return
    rebound = {node.id for node in ast.walk(function) if isinstance(node, ast.Name) and _is_bound(node)}
    pad = " " * first.col_offset
    for name in tensors_of(function):
        if name in rebound and (function.name not in source.called or function in source.tree.body):
            start = f"if {name} is not None:\n{pad}    {name}.detach().mul_(2)\n{pad}    {name} = {name} / 2\n{pad}"
            yield source.insert(first, start)


def _is_docstring(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _is_bound(name: ast.Name) -> bool:
    return isinstance(name.ctx, ast.Store)


def zero_grad_missing(source: Source) -> Iterator[Edit]:
    """Gradients of all steps add up."""
    for statement in source.nodes(ast.Expr):
        if isinstance(statement.value, ast.Call) and call_name(statement.value) == "zero_grad":
            yield source.replace(statement, "pass")


def mode_swapped(source: Source) -> Iterator[Edit]:
    """``train()`` for ``eval()``, or none of both, where a layer depends on it."""
    if source.called.isdisjoint(_MODAL):
        return
    for statement in source.nodes(ast.Expr):
        match statement.value:
            case ast.Call(func=ast.Attribute(value=model, attr="eval" | "train" as mode)):
                other = "train" if mode == "eval" else "eval"
                yield source.replace(statement, ast.Call(func=_attribute(model, other), args=[], keywords=[]))
                yield source.replace(statement, "pass")


def statement_removed(source: Source) -> Iterator[Edit]:
    """A step is forgotten: a check of the arguments, a change of a variable that was there before, a training step."""
    for statement in (*source.nodes(ast.Raise), *source.nodes(ast.AugAssign), *source.nodes(ast.Expr)):
        if isinstance(statement, ast.Expr):
            step = isinstance(statement.value, ast.Call) and call_name(statement.value) in _STEPS[1:]
            if not step or "schedule" in ast.unparse(statement):  # a learning rate that stays is a choice
                continue
        yield source.replace(statement, "pass")
    for assignment in source.nodes(ast.Assign):
        function, target = source.function(assignment), assignment.targets[0]
        if function is not None and isinstance(target, ast.Name):
            names = [argument.arg for argument in function.args.args]
            earlier = [node for node in ast.walk(function) if isinstance(node, ast.Name) and _is_bound(node)]
            names += [node.id for node in earlier if node.lineno < assignment.lineno]
            if target.id in names:
                yield source.replace(assignment, "pass")
