"""Operators on expressions: the formula is nearly right. One function is one way of going wrong."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from graders.strength.editing import Edit, Source, call_name, integer, mentions, receiver, subject

_NOT_COMMUTATIVE = (ast.Sub, ast.Div, ast.FloorDiv, ast.Mod, ast.MatMult, ast.Pow)
#: Where a call that is a function and not a method has its axes, by position; a method has them one place earlier.
_FIRST = (
    *("softmax", "log_softmax", "sum", "mean", "argmax", "argmin", "amax", "amin", "logsumexp", "cumsum", "std", "var"),
    *("norm", "prod", "max", "min", "any", "all", "unsqueeze", "squeeze", "stack", "cat", "concat", "gather", "size"),
    *("index_select", "unbind", "sort", "topk", "flip", "flatten", "unflatten"),
)
_AXES = {**dict.fromkeys(_FIRST, (1,)), "transpose": (1, 2), "swapaxes": (1, 2), "split": (2,), "chunk": (2,)}
_ROOTS = ("sqrt", "rsqrt")
_LINEAR = ("Linear", "Conv1d", "Conv2d", "Conv3d", "ConvTranspose2d")
_ACTIVATIONS = ("relu", "gelu", "sigmoid", "tanh", "silu", "softmax", "log_softmax", "leaky_relu", "softplus", "elu")
_REDUCTIONS = {
    **{"sum": "mean", "mean": "sum", "max": "min", "min": "max", "amax": "amin", "amin": "amax"},
    **{"argmax": "argmin", "argmin": "argmax", "MaxPool2d": "AvgPool2d", "AvgPool2d": "MaxPool2d"},
    **{"max_pool2d": "avg_pool2d", "avg_pool2d": "max_pool2d", "nansum": "nanmean", "prod": "sum", "std": "var"},
}
_OPPOSITE: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    **{ast.Eq: (ast.NotEq,), ast.NotEq: (ast.Eq,), ast.Is: (ast.IsNot,), ast.IsNot: (ast.Is,)},
    **{ast.Lt: (ast.GtE, ast.LtE), ast.LtE: (ast.Gt, ast.Lt), ast.Gt: (ast.LtE, ast.GtE), ast.GtE: (ast.Lt, ast.Gt)},
    **{ast.In: (ast.NotIn,), ast.NotIn: (ast.In,)},
}


def swapped_operands(source: Source) -> Iterator[Edit]:
    """``a - b`` becomes ``b - a``; also ``/ // % @ **``."""
    for node in source.nodes(ast.BinOp):
        if isinstance(node.op, _NOT_COMMUTATIVE) and ast.dump(node.left) != ast.dump(node.right):
            yield source.replace(node, ast.BinOp(left=node.right, op=node.op, right=node.left))


def swapped_arguments(source: Source) -> Iterator[Edit]:
    """Two neighbouring arguments change places, in calls of the solution's own functions and of layers."""
    for call in source.nodes(ast.Call):
        if call_name(call) not in source.functions and call_name(call) not in _LINEAR:
            continue
        for first, second in zip(call.args, call.args[1:], strict=False):
            if isinstance(first, ast.Starred) or isinstance(second, ast.Starred) or ast.dump(first) == ast.dump(second):
                continue
            turned = {first: second, second: first}
            arguments = [turned.get(argument, argument) for argument in call.args]
            yield source.replace(call, ast.Call(func=call.func, args=arguments, keywords=call.keywords))


def axes_of(source: Source) -> Iterator[ast.expr]:
    """The numbers that name an axis: arguments by position or keyword, and places in ``.shape[...]``."""
    for call in source.nodes(ast.Call):
        shift = 0 if receiver(call) is None else 1
        places = _AXES.get(call_name(call), ()) if isinstance(call.func, ast.Attribute) else ()
        given = [call.args[place - shift] for place in places if 0 <= place - shift < len(call.args)]
        given += [keyword.value for keyword in call.keywords if keyword.arg in ("dim", "axis", "start_dim")]
        for argument in given:
            yield from argument.elts if isinstance(argument, ast.Tuple) else [argument]
    for place in source.nodes(ast.Subscript):
        if isinstance(place.value, ast.Attribute) and place.value.attr == "shape":
            yield place.slice


def wrong_axis(source: Source) -> Iterator[Edit]:
    """The neighbouring axis: -1 becomes -2, 1 becomes 0 and 2."""
    for node in axes_of(source):
        value = integer(node)
        if value is not None:
            others = [-2] if value == -1 else [value + 1] if value < 1 else [value - 1, value + 1]
            yield from (source.replace(node, ast.parse(str(other), mode="eval").body) for other in others)


def missing_scale(source: Source) -> Iterator[Edit]:
    """A factor or divisor is forgotten; the root of a width is not taken."""
    for node in source.nodes(ast.BinOp):
        if isinstance(node.op, ast.Div | ast.Mult):
            for kept, dropped in ((node.left, node.right), (node.right, node.left)):
                division = isinstance(node.op, ast.Div) and dropped is node.right and not source.trains
                if division or _is_root(dropped):
                    yield source.replace(node, kept)
        if isinstance(node.op, ast.Pow) and _is_root(node):
            yield source.replace(node, node.left)
    for call in source.nodes(ast.Call):
        if call_name(call) in _ROOTS and (inner := subject(call)) is not None:
            yield source.replace(call, inner)


def _is_root(node: ast.expr) -> bool:
    match node:
        case ast.Call():
            return call_name(node) in _ROOTS
        case ast.BinOp(op=ast.Pow(), right=ast.Constant(value=0.5)):
            return True
        case ast.BinOp(op=ast.Pow(), right=ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=0.5))):
            return True
    return False


def mask_dropped(source: Source) -> Iterator[Edit]:
    """A mask has no effect."""
    for call in source.nodes(ast.Call):
        if call_name(call) in ("masked_fill", "masked_fill_") and (inner := receiver(call)) is not None:
            yield source.replace(call, inner)
        if call_name(call) == "where" and len(call.args) == 3:
            yield from (source.replace(call, branch) for branch in call.args[1:])
        if call_name(call) in ("tril", "triu") and (inner := subject(call)) is not None:
            yield source.replace(call, inner)
    for node in source.nodes(ast.BinOp):
        if isinstance(node.op, ast.Mult | ast.Add | ast.BitAnd):
            for kept, dropped in ((node.left, node.right), (node.right, node.left)):
                if mentions(dropped, "mask") and not mentions(kept, "mask"):
                    yield source.replace(node, kept)


def mask_inverted(source: Source) -> Iterator[Edit]:
    """What a mask allows is hidden, and the other way round."""
    for node in source.nodes(ast.UnaryOp):
        if isinstance(node.op, ast.Invert):
            yield source.replace(node, node.operand)
    for call in source.nodes(ast.Call):
        if call_name(call) in ("masked_fill", "masked_fill_", "where") and call.args:
            condition = call.args[0]
            if not isinstance(condition, ast.UnaryOp):
                yield source.replace(condition, ast.UnaryOp(op=ast.Invert(), operand=condition))


def transposed(source: Source) -> Iterator[Edit]:
    """A transposition is missing, or one too many at the right of ``@``."""
    for attribute in source.nodes(ast.Attribute):
        if attribute.attr in ("T", "mT"):
            yield source.replace(attribute, attribute.value)
    for call in source.nodes(ast.Call):
        if call_name(call) in ("t", "transpose", "permute", "swapaxes") and (inner := subject(call)) is not None:
            yield source.replace(call, inner)
    for node in source.nodes(ast.BinOp):
        plain = isinstance(node.right, ast.Name | ast.Attribute) and not ast.unparse(node.right).endswith((".T", ".mT"))
        if isinstance(node.op, ast.MatMult) and plain:
            yield source.replace(node.right, ast.Attribute(value=node.right, attr="mT", ctx=ast.Load()))


def off_by_one(source: Source) -> Iterator[Edit]:
    """A size, a bound or an index is one too large; a range ends one too early."""
    taken = {inner for axis in axes_of(source) for inner in ast.walk(axis)}
    for node in source.nodes(ast.Constant):
        parent = source.parents[node]
        written = isinstance(parent, ast.UnaryOp) or (isinstance(parent, ast.BinOp) and isinstance(parent.op, ast.Pow))
        value = integer(node)
        chosen = source.trains and ((value or 0) >= 32 or source.function(node) is None)
        if value is not None and node not in taken and not written and not chosen:
            yield source.replace(node, ast.Constant(value=value + 1))
    for call in source.nodes(ast.Call):
        if call_name(call) == "range" and len(call.args) < 3 and not source.trains:
            last = call.args[-1]
            yield source.replace(last, ast.BinOp(left=last, op=ast.Sub(), right=ast.Constant(value=1)))


def bias_dropped(source: Source) -> Iterator[Edit]:
    """A layer without its bias, a sum without the bias."""
    for call in source.nodes(ast.Call):
        given = next((keyword.value for keyword in call.keywords if keyword.arg == "bias"), None)
        if isinstance(given, ast.Constant) and given.value is True:
            yield source.replace(given, ast.Constant(value=False))
        elif given is None and call_name(call) in _LINEAR and not source.trains:
            without = ast.keyword(arg="bias", value=ast.Constant(value=False))
            yield source.replace(call, ast.Call(func=call.func, args=call.args, keywords=[*call.keywords, without]))
    for node in source.nodes(ast.BinOp):
        if isinstance(node.op, ast.Add) and mentions(node.right, "bias") and not mentions(node.left, "bias"):
            yield source.replace(node, node.left)


def wrong_reduction(source: Source) -> Iterator[Edit]:
    """The sum for the mean, the least for the greatest, the mean of a pool for its maximum."""
    for call in source.nodes(ast.Call):
        other = _REDUCTIONS.get(call_name(call))
        if other is not None:
            match call.func:
                case ast.Attribute(value=value):
                    yield source.replace(call.func, ast.Attribute(value=value, attr=other, ctx=ast.Load()))
                case ast.Name(id="sum"):
                    yield source.replace(call.func, "max")
                case ast.Name():
                    yield source.replace(call.func, other)
        for keyword in call.keywords:
            if keyword.arg == "reduction" and isinstance(keyword.value, ast.Constant):
                yield source.replace(keyword.value, "'sum'" if keyword.value.value == "mean" else "'mean'")


def axis_lost(source: Source) -> Iterator[Edit]:
    """A reduction does not keep its axis, so that what follows broadcasts along another."""
    for call in source.nodes(ast.Call):
        for keyword in call.keywords:
            if keyword.arg == "keepdim" and isinstance(keyword.value, ast.Constant) and keyword.value.value is True:
                yield source.replace(keyword.value, ast.Constant(value=False))


def comparison_flipped(source: Source) -> Iterator[Edit]:
    """``<`` becomes ``>=`` and ``<=``, ``is`` becomes ``is not``, a bare condition its opposite."""
    for node in source.nodes(ast.Compare):
        for other in _OPPOSITE.get(type(node.ops[0]), ()) if len(node.ops) == 1 else ():
            yield source.replace(node, ast.Compare(left=node.left, ops=[other()], comparators=node.comparators))
    conditions = [branch.test for branch in source.nodes(ast.If)] + [choice.test for choice in source.nodes(ast.IfExp)]
    for condition in conditions:
        if not isinstance(condition, ast.Compare):
            yield source.replace(condition, ast.UnaryOp(op=ast.Not(), operand=condition))


def sign_negated(source: Source) -> Iterator[Edit]:
    """A minus is lost or comes in."""
    for node in source.nodes(ast.BinOp):
        if isinstance(node.op, ast.Add | ast.Sub):
            op = ast.Sub() if isinstance(node.op, ast.Add) else ast.Add()
            yield source.replace(node, ast.BinOp(left=node.left, op=op, right=node.right))
    for minus in source.nodes(ast.UnaryOp):
        if isinstance(minus.op, ast.USub) and integer(minus) is None:
            yield source.replace(minus, minus.operand)


def activation_dropped(source: Source) -> Iterator[Edit]:
    """The layers run into each other without what lies between them."""
    for call in source.nodes(ast.Call):
        if call_name(call) in _ACTIVATIONS and isinstance(call.func, ast.Attribute) and not source.trains:
            inner = subject(call)
            if inner is not None:
                yield source.replace(call, inner)
