"""What can be seen of an exercise's Python files without running them: answers that are none, tests that test nothing.

Whether the tests tell right from wrong is proved later, in the sandbox; a file that is no Python needs no sandbox.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping

from courses.authoring.source.reading import Reading
from graders.exercise import Exercise

_NAMED = re.compile(r"\btest_\w+")
_TESTS = ("test_hidden.py", "test_visible.py")


def check_answers(reading: Reading, path: str, exercise: Exercise) -> None:
    """The Python files of an exercise in mode ``module``, whose folder is ``path``."""
    if exercise.mode != "module":
        return
    for match in reading.paths(rf"{re.escape(path)}/solution(?:/.+)?\.py", inside=path):
        tree = _parsed(reading, match[0])
        if tree is not None and match[0] == f"{path}/solution.py" and not any(map(_does_something, tree.body)):
            reading.add(match[0], 1, "the solution is empty", "code that gets full marks")
    starter, solution = (reading.places.files.get(f"{path}/{name}.py") for name in ("starter", "solution"))
    if starter is not None and starter == solution:
        reading.add(f"{path}/starter.py", 1, "this is the solution", "the solution without what students are to write")
    for name in _TESTS:
        _check_tests(reading, f"{path}/{name}", exercise)
    for match in reading.paths(rf"{re.escape(path)}/mutants/[^/]+\.py", inside=path):
        _check_mutant(reading, match[0], exercise.tests)


def _parsed(reading: Reading, file: str) -> ast.Module | None:
    if file not in reading.places.files:
        return None
    try:
        return ast.parse(reading.places.files[file], filename=file)
    except SyntaxError as error:
        reading.add(file, error.lineno or 1, f"this is not Python: {error.msg}", "Python")
    except (ValueError, RecursionError, MemoryError) as error:
        reading.add(file, 1, f"this is not Python: {error}", "Python")
    return None


def _does_something(statement: ast.stmt) -> bool:
    return not (isinstance(statement, ast.Pass) or (isinstance(statement, ast.Expr) and _is_text(statement.value)))


def _is_text(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and isinstance(value.value, str)


def _check_tests(reading: Reading, file: str, exercise: Exercise) -> None:
    tree = _parsed(reading, file)
    if tree is None:
        return
    tests = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")]
    if not tests:
        reading.add(file, 1, "there is no test in it", "a function such as `def test_values(student):`")
    for test in tests:
        if not test.args.args and not test.args.kwonlyargs:
            expected = f"`def {test.name}(student):`"
            reading.add(file, test.lineno, f"{test.name} takes nothing, and so tests nobody's answer", expected)
    if file.endswith("/test_hidden.py"):
        _check_feedback(reading, file, tree, exercise)


def _check_feedback(reading: Reading, file: str, tree: ast.Module, exercise: Exercise) -> None:
    """A sentence that a test picks and exercise.yaml does not have would reach students as its bare key."""
    every = {key for spec in exercise.tests.values() for key in spec.feedback}
    for outer in tree.body:
        spec = exercise.tests.get(getattr(outer, "name", ""))
        known = set(spec.feedback) if spec is not None else every
        for node in ast.walk(outer):
            match node:
                case ast.Call(func=ast.Name("feedback"), args=[ast.Constant(str(key)), *_]) if key not in known:
                    message = f"exercise.yaml has no feedback `{key}` for {getattr(outer, 'name', 'this test')}"
                    reading.add(
                        file, node.lineno, message, "`feedback:` with this key, and a sentence in each language"
                    )


def _check_mutant(reading: Reading, file: str, tests: Mapping[str, object]) -> None:
    tree = _parsed(reading, file)
    if tree is None:
        return
    named = _NAMED.findall((ast.get_docstring(tree) or "").partition("Must fail")[2])
    if not named:
        expected = "`Must fail: test_…` in its docstring, with tests of exercise.yaml"
        reading.add(file, 1, "the wrong answer names no test that it must fail", expected)
    for name in named:
        if name not in tests:
            known = ", ".join(f"`{each}`" for each in tests)
            reading.add(file, 1, f"the wrong answer must fail in {name}, and there is no such test", f"one of {known}")
