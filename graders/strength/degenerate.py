"""Submissions that have the right names and no thought in them: each way of answering, in all functions at once."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from graders.strength.editing import Function
from graders.strength.texts import replaced, texts_of

_HELPERS = '''

def _gradus_first(arguments):
    """The first tensor among the arguments."""
    for value in arguments:
        if hasattr(value, "new_zeros"):
            return value
    return None


def _gradus_answer(arguments, keywords, kind):
    arguments = [value for value in (*arguments, *keywords.values())]
    tensor = _gradus_first(arguments)
    if kind == "input":
        return tensor if tensor is not None else arguments[0] if arguments else None
    if tensor is None:
        return {"zeros": 0, "constant": 1, "nan": float("nan")}[kind]
    return tensor * float("nan") if kind == "nan" else tensor * 0 + (kind == "constant")


class _GradusDuck:
    """Answers whatever it is asked, and is nothing."""

    def __init__(self, arguments):
        tensor = _gradus_first(arguments)
        self.shape = getattr(tensor, "shape", ())
        self.dtype = getattr(tensor, "dtype", None)

    def __getattr__(self, name):
        return lambda *_, **__: self

    def __eq__(self, other):
        return True

    def __bool__(self):
        return True

    def __len__(self):
        return len(self.shape) and self.shape[0]

    def __float__(self):
        return 0.0

    __lt__ = __le__ = __gt__ = __ge__ = __eq__
    __hash__ = None


def _gradus_retyped(function):
    import functools
    import torch

    other = {torch.float32: torch.float64, torch.int64: torch.int32}

    def other_type(answer):
        if isinstance(answer, torch.Tensor):
            return answer.to(other.get(answer.dtype, torch.float32))
        if isinstance(answer, dict):
            return {key: other_type(value) for key, value in answer.items()}
        if type(answer) in (list, tuple):
            return type(answer)(map(other_type, answer))
        return answer

    @functools.wraps(function)
    def retyped(*arguments, **keywords):
        return other_type(function(*arguments, **keywords))

    return retyped
'''
_PLAIN = {"bool", "bytes", "dict", "float", "int", "list", "set", "str", "tuple"}
#: What every function does, by the name of the submission.
_ANSWERS = {
    "none": "None",
    "zeros": "_gradus_answer(arguments, keywords, 'zeros')",
    "constant": "_gradus_answer(arguments, keywords, 'constant')",
    "nan": "_gradus_answer(arguments, keywords, 'nan')",
    "duck": "_GradusDuck([*arguments, *keywords.values()])",
    "input-back": "_gradus_answer(arguments, keywords, 'input')",
}


def degenerates_of(files: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """The files of each degenerate submission, by its name."""
    texts = texts_of(files)
    made = {"empty": replaced(files, [(text, "") for text in texts])} if texts else {}
    if any(_doors(text.content) for text in texts):
        for kind, answer in _ANSWERS.items():
            made[kind] = replaced(files, [(text, _hollow(text.content, answer)) for text in texts])
        if any("torch" in text.content and not all(map(_gives_plain, _doors(text.content))) for text in texts):
            made["wrong-dtype"] = replaced(files, [(text, _retyped(text.content)) for text in texts])
    return made


def _doors(text: str) -> list[Function]:
    """What a test calls: public functions, ``forward`` of a model, public methods of any other class."""
    return list(_doors_in(ast.parse(text)))


def _doors_in(tree: ast.Module) -> Iterator[Function]:
    for node in tree.body:
        if isinstance(node, Function) and not node.name.startswith("_"):
            yield node
        if isinstance(node, ast.ClassDef):
            methods = [inner for inner in node.body if isinstance(inner, Function)]
            forward = [method for method in methods if method.name in ("forward", "__call__")]
            yield from forward or (method for method in methods if not method.name.startswith("_"))


def _gives_plain(function: Function) -> bool:
    """Whether it says that it gives numbers and texts only: then no tensor's type can be wrong."""
    if function.returns is None:
        return False
    names = {node.id for node in ast.walk(function.returns) if isinstance(node, ast.Name)}
    return not any(isinstance(node, ast.Attribute) for node in ast.walk(function.returns)) and names <= _PLAIN


def _hollow(text: str, answer: str) -> str:
    tree = ast.parse(text)
    for function in _doors_in(tree):
        bound = isinstance(_parent(tree, function), ast.ClassDef) and not function.decorator_list
        first = [ast.arg(arg="self")] if bound else []
        function.args = ast.arguments(
            posonlyargs=[],
            args=first,
            vararg=ast.arg(arg="arguments"),
            kwonlyargs=[],
            kw_defaults=[],
            kwarg=ast.arg(arg="keywords"),
            defaults=[],
        )
        function.returns = None
        function.body = ast.parse(f"return {answer}").body
    return ast.unparse(ast.fix_missing_locations(tree)) + _HELPERS


def _retyped(text: str) -> str:
    tree = ast.parse(text)
    for function in _doors_in(tree):
        function.decorator_list.append(ast.Name(id="_gradus_retyped", ctx=ast.Load()))
    future = [n for n in tree.body if isinstance(n, ast.ImportFrom) and n.module == "__future__"]
    tree.body = [*future, *ast.parse(_HELPERS).body, *(node for node in tree.body if node not in future)]
    return ast.unparse(ast.fix_missing_locations(tree))


def _parent(tree: ast.Module, function: Function) -> ast.AST:
    return next(node for node in ast.walk(tree) if function in ast.iter_child_nodes(node))
