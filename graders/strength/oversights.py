"""Operators on what is easily overlooked: constants, keywords, bounds, defaults, branches, state."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from graders.strength.editing import Edit, Function, Source, call_name, integer, receiver, subject

#: Calls of one tensor, or number, that give one like it.
_PLAIN = ("sqrt", "exp", "log", "abs", "square", "clamp", "clamp_min", "clamp_max", "reshape", "flatten", "flip", "pow")
_KIN = {
    **{"exp": "expm1", "log": "log2", "square": "abs", "abs": "square", "zeros_like": "ones_like", "sin": "cos"},
    **{"cos": "sin", "zeros": "ones", "ones": "zeros", "ones_like": "zeros_like", "tril": "triu", "triu": "tril"},
    **{"softmax": "log_softmax", "log_softmax": "softmax", "logsumexp": "sum", "clamp_min": "clamp_max"},
    **{
        "new_zeros": "new_ones",
        "any": "all",
        "all": "any",
        "min": "max",
        "max": "min",
        "log1p": "log",
        "floor": "ceil",
    },
}
_KEYWORDS = ("padding", "stride", "bias", "start_dim", "keepdim", "diagonal", "reduction", "dtype", "beta1", "key")
_CASTS = ("double", "float", "to", "type_as", "long", "int", "half")


def function_confused(source: Source) -> Iterator[Edit]:
    """A near relative of the function: ``exp`` for ``log``'s inverse, ``ones`` for ``zeros``, ``any`` for ``all``."""
    for call in source.nodes(ast.Call):
        other = _KIN.get(call_name(call))
        if other is not None and isinstance(call.func, ast.Attribute) and not source.trains:
            yield source.replace(call.func, ast.Attribute(value=call.func.value, attr=other, ctx=ast.Load()))


def step_skipped(source: Source) -> Iterator[Edit]:
    """A step on the way is left out: the square, the logarithm, the clamp."""
    for call in source.nodes(ast.Call):
        if call_name(call) in _PLAIN and not source.trains and (inner := subject(call)) is not None:
            yield source.replace(call, inner)
    for node in source.nodes(ast.BinOp):
        if isinstance(node.op, ast.Pow) and not isinstance(node.left, ast.Constant):
            yield source.replace(node, node.left)


def type_lost(source: Source) -> Iterator[Edit]:
    """A conversion is forgotten, and with it the number type."""
    for call in source.nodes(ast.Call):
        if call_name(call) in _CASTS and (inner := receiver(call)) is not None:
            yield source.replace(call, inner)


def keyword_dropped(source: Source) -> Iterator[Edit]:
    """A keyword is forgotten, so that its default holds."""
    for call in source.nodes(ast.Call):
        for keyword in call.keywords:
            own = call_name(call) in source.functions
            if keyword.arg in _KEYWORDS or (own and keyword.arg is not None):
                rest = [other for other in call.keywords if other is not keyword]
                yield source.replace(call, ast.Call(func=call.func, args=call.args, keywords=rest))
        if call_name(call) in source.functions and len(call.args) > 1 and not source.trains:
            yield source.replace(call, ast.Call(func=call.func, args=call.args[:-1], keywords=call.keywords))


def constant_changed(source: Source) -> Iterator[Edit]:
    """A number with a fraction is half, or ten times, what it should be."""
    for node in source.nodes(ast.Constant):
        chosen = source.trains or isinstance(source.parents[node], ast.UnaryOp)
        if isinstance(node.value, float) and node.value not in (0.0, float("inf")) and not chosen:
            small = abs(node.value) < 1e-3
            yield source.replace(node, ast.Constant(value=node.value * (1000 if small else 0.5)))
            if not small:
                yield source.replace(node, ast.Constant(value=node.value * 10))


def default_changed(source: Source) -> Iterator[Edit]:
    """A default is another one than the signature that was asked for."""
    for function in source.nodes(ast.FunctionDef):
        if function.name.startswith("_") and function.name != "__init__":
            continue
        for default in (*function.args.defaults, *filter(None, function.args.kw_defaults)):
            match default:
                case ast.Constant(value=bool(value)):
                    yield source.replace(default, repr(not value))
                case ast.Constant(value=int(number)):
                    yield source.replace(default, repr(number + 1))
                case ast.Constant(value=float(number)):
                    yield source.replace(default, repr(number / 2 if number else 0.1))


def branch_fixed(source: Source) -> Iterator[Edit]:
    """One branch is always taken: a case is forgotten."""
    branches: list[ast.If | ast.IfExp] = [*source.nodes(ast.If), *source.nodes(ast.IfExp)]
    for branch in branches:
        yield from (source.replace(branch.test, word) for word in ("True", "False"))


def bound_lost(source: Source) -> Iterator[Edit]:
    """A slice begins at the beginning, ends at the end, or goes step by step."""
    for piece in source.nodes(ast.Slice):
        for name in ("lower", "upper", "step"):
            part = getattr(piece, name)
            if part is not None:
                yield source.replace(part, "1" if name == "step" else "")


def change_overwrites(source: Source) -> Iterator[Edit]:
    """``+=`` becomes ``=`` and ``-=``: what was there before is lost, or taken off."""
    for statement in source.nodes(ast.AugAssign):
        target = ast.unparse(statement.target)
        value = ast.unparse(statement.value)
        yield source.replace(statement, f"{target} = {value}")
        if isinstance(statement.op, ast.Add | ast.Sub):
            yield source.replace(statement, f"{target} {'-' if isinstance(statement.op, ast.Add) else '+'}= {value}")


def state_forgotten(source: Source) -> Iterator[Edit]:
    """An object does not keep what it should remember, or a container not what should go into it."""
    for statement in source.nodes(ast.Assign):
        function, target = source.function(statement), statement.targets[0]
        if function is None or (function.name == "__init__" and isinstance(target, ast.Attribute)):
            continue
        if isinstance(target, ast.Attribute | ast.Subscript):
            yield source.replace(statement, "pass")


def loop_left_early(source: Source) -> Iterator[Edit]:
    """A loop ends after its first turn, or does not end where it should; one ``break`` too many or too few."""
    for loop in source.nodes(ast.For):
        last = loop.body[-1]
        if not source.trains and not isinstance(last, ast.Break | ast.Return | ast.If):
            yield source.insert_after(last, f"\n{' ' * last.col_offset}break")
    for statement in source.nodes(ast.Break):
        yield source.replace(statement, "pass")


def first_of_batch(source: Source) -> Iterator[Edit]:
    """A size is taken along another axis: ``len(x)`` where the last axis is meant, and the other way round."""
    for call in source.nodes(ast.Call):
        whole = call_name(call) == "len" and isinstance(call.func, ast.Name) and len(call.args) == 1
        if whole and not source.trains and _is_tensor_here(source, call.args[0]):
            yield source.replace(call, f"{ast.unparse(call.args[0])}.shape[-1]")


def _is_tensor_here(source: Source, node: ast.expr) -> bool:
    function: Function | None = source.function(node)
    known = [] if function is None else [a for a in function.args.args if a.annotation is not None]
    return isinstance(node, ast.Name) and any(
        a.arg == node.id and "Tensor" in ast.unparse(a.annotation or a) and "[" not in ast.unparse(a.annotation or a)
        for a in known
    )


def division_confused(source: Source) -> Iterator[Edit]:
    """``/`` for ``//`` and the other way round, ``*`` for ``/``, ``*`` for ``**``."""
    other: dict[type[ast.operator], type[ast.operator]] = {
        ast.Div: ast.Mult,
        ast.FloorDiv: ast.Div,
        ast.Mod: ast.FloorDiv,
        ast.Pow: ast.Mult,
        ast.Mult: ast.Add,
    }
    for node in source.nodes(ast.BinOp):
        op = other.get(type(node.op))
        counted = isinstance(node.left, ast.List | ast.Tuple) or isinstance(node.right, ast.List | ast.Tuple)
        if op is not None and not counted and not (source.trains and isinstance(node.op, ast.Mult | ast.Pow)):
            if isinstance(node.op, ast.Pow) and integer(node.right) == 2:
                continue  # x * 2 for x ** 2 is the same for x = 2 alone, and step-skipped comes close
            yield source.replace(node, ast.BinOp(left=node.left, op=op(), right=node.right))


def graph_kept(source: Source) -> Iterator[Edit]:
    """``torch.no_grad()`` is forgotten."""
    for block in source.nodes(ast.With):
        manager = block.items[0].context_expr
        if isinstance(manager, ast.Call) and call_name(manager) in ("no_grad", "inference_mode"):
            yield source.replace(manager, "torch.enable_grad()")
