"""``inspect.getsource`` and ``inspect.signature`` of the student's functions and classes.

The text is the submission's as it was handed in; the student's side is asked for a place in it and nothing else. So a
test that looks for loops in a function looks at a definition that the student has written. As in one process, it need
not be the one that does the work: ask for behaviour where you can.
"""

from __future__ import annotations

import ast
import builtins
import inspect
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from graders.examiner.failures import Sources

MAX_TEXT = 400_000
#: A name, or a method of an object that the test made: ``Net.forward``, ``Net().forward``.
_LABEL = re.compile(r"[^\W\d]\w*(\(\))?(\.[^\W\d]\w*)*")
_Function = ast.FunctionDef | ast.AsyncFunctionDef
_Definition = _Function | ast.ClassDef | ast.Lambda
#: Types of what has a definition.
KINDS = frozenset({"function", "method", "type", "ABCMeta", "EnumType"})

Place = Callable[[], Any]


class NotFound(Exception):
    """The submission's text does not have it."""


class Text(str):
    """Code of the student's that is no plain value, such as a default that is computed: shown as it is written."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


def definition(sources: Sources, label: str, kind: str, place: Place) -> tuple[str, _Definition]:
    """The text of what the author knows under this name, and what it defines.

    Args:
        label: how the author came by it, such as ``Net.forward``.
        kind: the name of its type.
        place: asks the student's side where a function stands.

    Raises:
        NotFound: it is no function or class of the submission.
    """
    if kind not in KINDS or not _LABEL.fullmatch(label):
        raise NotFound(label)
    if kind in ("function", "method"):
        told = place()
        if type(told) is not tuple or len(told) != 2 or type(told[0]) is not str or type(told[1]) is not int:
            raise NotFound(label)
        found = [node for node in _nodes(sources, told[0]) if _first_line(node) == told[1]]
        name = told[0]
    else:
        wanted = label.rpartition(".")[2]
        every = [(name, node) for name in sources.files for node in _nodes(sources, name)]
        named = [(name, node) for name, node in every if isinstance(node, ast.ClassDef) and node.name == wanted]
        name, found = (named[-1][0], [named[-1][1]]) if named else ("", [])
    if not found:
        raise NotFound(label)
    lines = sources.files[name][_first_line(found[-1]) - 1 : found[-1].end_lineno]
    return "\n".join(lines) + "\n", found[-1]


def _nodes(sources: Sources, name: str) -> Iterator[_Definition]:
    text = "\n".join(sources.files.get(name, ()))
    if len(text) > MAX_TEXT:
        return
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):  # a cell with lines that are IPython's own
        return
    yield from (node for node in ast.walk(tree) if isinstance(node, _Definition))


def _first_line(node: _Definition) -> int:
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return min([node.lineno, *(each.lineno for each in decorators)])


def signature(node: _Definition, *, bound: bool) -> inspect.Signature:
    """The parameters as they are written. Of a class those of its ``__init__``, or the fields of a dataclass."""
    if isinstance(node, ast.ClassDef):
        made = [each for each in node.body if isinstance(each, _Function) and each.name == "__init__"]
        return _of_arguments(made[-1].args, bound=True, returns=None) if made else _of_fields(node)
    returns = None if isinstance(node, ast.Lambda) else node.returns
    return _of_arguments(node.args, bound=bound, returns=returns)


def _of_arguments(given: ast.arguments, *, bound: bool, returns: ast.expr | None) -> inspect.Signature:
    kinds = inspect.Parameter
    plain = [*given.posonlyargs, *given.args]
    defaults: list[ast.expr | None] = [None] * (len(plain) - len(given.defaults)) + [*given.defaults]
    found = [
        _parameter(each, kinds.POSITIONAL_ONLY if each in given.posonlyargs else kinds.POSITIONAL_OR_KEYWORD, default)
        for each, default in zip(plain, defaults, strict=True)
    ]
    found = found[1:] if bound else found
    if given.vararg:
        found.append(_parameter(given.vararg, kinds.VAR_POSITIONAL, None))
    found += [
        _parameter(each, kinds.KEYWORD_ONLY, default)
        for each, default in zip(given.kwonlyargs, given.kw_defaults, strict=True)
    ]
    if given.kwarg:
        found.append(_parameter(given.kwarg, kinds.VAR_KEYWORD, None))
    return inspect.Signature(found, return_annotation=_annotation(returns))


def _of_fields(node: ast.ClassDef) -> inspect.Signature:
    """What a dataclass makes of its annotations; nothing where it is none."""
    if not any("dataclass" in ast.unparse(each) for each in node.decorator_list):
        return inspect.Signature()
    fields = [each for each in node.body if isinstance(each, ast.AnnAssign) and isinstance(each.target, ast.Name)]
    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
    arguments = [(ast.arg(each.target.id, each.annotation), each.value) for each in fields]  # type: ignore[union-attr]
    return inspect.Signature([_parameter(each, kind, value) for each, value in arguments])


def _parameter(given: ast.arg, kind: Any, default: ast.expr | None) -> inspect.Parameter:
    value = inspect.Parameter.empty if default is None else _value(default)
    return inspect.Parameter(given.arg, kind, default=value, annotation=_annotation(given.annotation))


def _value(node: ast.expr) -> Any:
    try:
        return ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return Text(ast.unparse(node))


def _annotation(node: ast.expr | None) -> Any:
    """A type that both sides know, else its text."""
    if node is None:
        return inspect.Parameter.empty
    text = ast.unparse(node)
    top, _, rest = text.partition(".")
    found: Any = vars(builtins).get(top) if not rest else sys.modules.get({"np": "numpy"}.get(top, top))
    for part in rest.split(".") if rest and top in ("torch", "np", "numpy") else ():
        found = getattr(found, part, None)
    return found if isinstance(found, type) else None if text == "None" else Text(text)


def annotations_of(found: inspect.Signature) -> Mapping[str, Any]:
    """As ``__annotations__`` has them."""
    own = {each.name: each.annotation for each in found.parameters.values()}
    own["return"] = found.return_annotation
    return {name: value for name, value in own.items() if value is not inspect.Parameter.empty}
