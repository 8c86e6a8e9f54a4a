"""Small changes to the text of cells, and their names: nothing here knows what a cell is for."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from courses.authoring.nbgrader.cells import Cell, Role

MAX_TITLE = 160
_SEEDS = frozenset({"np.random.seed", "numpy.random.seed", "random.seed", "torch.manual_seed", "seed"})
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
#: Magics that change nothing of what a cell computes, shell lines whose output nobody keeps, and questions for help.
_SCREEN = (
    "autoreload|capture|colors|config|env|history|load_ext|matplotlib|pdb|precision|prun|pylab|reload_ext|time|timeit"
)
_IDLE = re.compile(rf"\s*(?:%(?:{_SCREEN})\b|!(?!=)|\?{{1,2}}[\w.]+\s*$|[\w.]+\?{{1,2}}\s*$)")
_IDLE_CELL = re.compile(r"%%(?:capture|prun|time|timeit)\b")
#: A statement that is run and timed; what it asserts counts.
_TIMED = re.compile(r"(\s*)%(?:time|timeit|prun)\s+(?:-[nr]\s*\d+\s+|-\S+\s+)*([^-\s].*)")
_IPYTHON = re.compile(r"\s*(?:[\w, ]+=\s*)?[%!]")


def with_points(source: str, worth: float) -> str:
    """The test as it stands in the hidden tests: its last expression gives the points that it says.

    A semicolon at the end keeps Jupyter from showing the value, and so from counting it.
    """
    if source.rstrip().endswith(";"):
        return source
    tree = ast.parse(source)
    last = tree.body[-1] if tree.body else None
    is_text = isinstance(last, ast.Expr) and isinstance(last.value, ast.Constant)
    if not isinstance(last, ast.Expr) or (is_text and isinstance(last.value.value, str)):  # type: ignore[attr-defined]
        return source
    lines = source.split("\n")
    before = "\n".join([*lines[: last.lineno - 1], lines[last.lineno - 1].encode()[: last.col_offset].decode()])
    return f"{before.rstrip()}\ngradus_part({ast.unparse(last.value)}, {worth!r})".lstrip("\n")


def without_magics(source: str) -> tuple[str, list[str]]:
    """A test without lines of IPython's that it can do without, and those lines. A test that needs one stays as it is,
    and is no Python then: without a ``%run`` or ``%%bash`` it would test less, or something else."""
    lines, dropped = source.split("\n"), list[str]()
    first = next((number for number, line in enumerate(lines) if line.strip()), 0)
    if lines[first].startswith("%%"):
        if not _IDLE_CELL.match(lines[first]):
            return source, []
        dropped.append(lines[first].strip())
        lines[first] = ""
    for _ in range(len(lines)):
        try:
            ast.parse("\n".join(lines))
        except SyntaxError as error:
            at = (error.lineno or 0) - 1
            if not 0 <= at < len(lines) or not _IDLE.match(lines[at]):
                break
            if timed := _TIMED.fullmatch(lines[at]):
                lines[at] = timed[1] + timed[2]
                continue
            dropped.append(lines[at].strip())
            lines[at] = lines[at][: len(lines[at]) - len(lines[at].lstrip())] + "pass"
        except (ValueError, RecursionError, MemoryError):
            break
        else:
            break
    return "\n".join(lines), dropped


def not_python(source: str) -> str:
    """Why a test is no Python that can be run as a whole; an ``await`` outside of functions is Jupyter's own."""
    try:
        compile(source, "<test>", "exec", dont_inherit=True)
    except SyntaxError as error:
        at = (error.lineno or 1) - 1
        line = source.split("\n")[at] if at < len(source.split("\n")) else ""
        if _IPYTHON.match(line):
            return f"line {at + 1}, {line.strip()[:80]!r}, is IPython's own, and the test cannot do without it"
        return f"line {error.lineno} is not Python: {error.msg}"
    except (ValueError, RecursionError, MemoryError) as error:
        return f"it is not Python: {error or type(error).__name__}"
    return ""


def place_of(grade_id: str) -> str:
    """The name that a cell has in the starter, by its id in nbgrader's notebook."""
    return re.sub(r"[^A-Za-z0-9_-]", "-", grade_id)[:60]


def unique(name: str, taken: set[str]) -> str:
    chosen, number = name, 2
    while chosen in taken:
        chosen, number = f"{name}_{number}", number + 1
    taken.add(chosen)
    return chosen


def title_of(source: str, cell: Cell) -> str:
    """What the author says of a cell in its first words, else its id."""
    text = ""
    if cell.role is Role.TEST:
        try:
            text = (ast.get_docstring(ast.parse(source)) or "").split("\n")[0]
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            text = ""
    elif cell.role is Role.TASK:
        text = next((line.lstrip("#").strip() for line in source.split("\n") if line.lstrip().startswith("#")), "")
    return text.strip()[:MAX_TITLE] or re.sub(r"[_\s-]+", " ", cell.grade_id).strip() or cell.grade_id


def cell_dict(cell: Cell, source: str, *, name: str, ours: Mapping[str, Any]) -> dict[str, Any]:
    """A cell of a notebook file of ours."""
    metadata: dict[str, Any] = {"gradus": {"cell": name, **ours}}
    if ours.get("locked"):
        metadata |= {"deletable": False, "editable": False}
    made: dict[str, Any] = {"cell_type": cell.kind, "id": name, "metadata": metadata, "source": source}
    if cell.is_code:
        made |= {"execution_count": None, "outputs": []}
    elif cell.attachments:
        made["attachments"] = dict(cell.attachments)
    return made


def with_named_lambdas(source: str) -> str:
    """A test whose lambdas, where they are given to something, are functions with a name: only those can be sent.

    Left alone are lambdas inside of functions, which may be closures, and those of more than one line.
    ``f = lambda x: …`` becomes a function that is called ``f``.
    """
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return source
    lines = source.split("\n")
    found = [(statement, each) for statement in tree.body for each in _given_lambdas(statement)]
    numbered = list(enumerate(found, start=1))
    for number, (_statement, each) in reversed(numbered):  # from the end, so that what is before stays where it was
        row = lines[each.lineno - 1].encode()
        before, after = row[: each.col_offset].decode(), row[each.end_col_offset :].decode()
        lines[each.lineno - 1] = f"{before}gradus_function_{number}{after}"
    for node in reversed(tree.body):
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Lambda() as each) if _alone(node, tree):
                defined = f"def {name}({ast.unparse(each.args)}):\n    return {ast.unparse(each.body)}\n"
                lines[node.lineno - 1] = defined
    for number, (statement, each) in reversed(numbered):
        head = f"def gradus_function_{number}({ast.unparse(each.args)}):"
        lines.insert(statement.lineno - 1, f"{head}\n    return {ast.unparse(each.body)}\n")
    return "\n".join(lines)


def _alone(statement: ast.stmt, tree: ast.Module) -> bool:
    """Whether a statement has one line, and no other is on it."""
    lines = [line for each in tree.body for line in (each.lineno, each.end_lineno)]
    return statement.lineno == statement.end_lineno and lines.count(statement.lineno) == 2


def with_seeds(source: str) -> str:
    """A test that seeds a generator, so that it seeds the student's side too: in one process there is but one.

    On the same line, which may use what it has seeded; not in functions, which may be sent to the student.
    """
    try:
        body = ast.parse(source).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return source
    lines = source.split("\n")
    for end, column, seed in sorted(_seeds(body), reverse=True):  # from the end, so that what is before stays
        row = lines[end - 1].encode()
        lines[end - 1] = f"{row[:column].decode()}; seed_student({seed}){row[column:].decode()}"
    return "\n".join(lines)


def _seeds(nodes: Iterable[ast.AST]) -> Iterator[tuple[int, int, str]]:
    """Statements that seed a generator: the line and the byte where each ends, and with what."""
    for node in nodes:
        match node:
            case (
                ast.Expr(value=ast.Call(func=function, args=[first]))
                | ast.Assign(value=ast.Call(func=function, args=[first]))
            ) if ast.unparse(function) in _SEEDS:
                yield node.end_lineno or node.lineno, node.end_col_offset or 0, ast.unparse(first)
            case ast.stmt() | ast.ExceptHandler() | ast.match_case():
                if not isinstance(node, _SCOPES):
                    yield from _seeds(ast.iter_child_nodes(node))


def _given_lambdas(statement: ast.stmt) -> list[ast.Lambda]:
    """The lambdas among the arguments of calls in a statement, in the order of the text."""
    if isinstance(statement, _SCOPES):
        return []
    inner = (*_SCOPES, ast.Lambda, ast.ListComp, ast.GeneratorExp)
    closed = {id(below) for node in ast.walk(statement) if isinstance(node, inner) for below in _below(node)}
    calls = [node for node in ast.walk(statement) if isinstance(node, ast.Call) and id(node) not in closed]
    given = [each for call in calls for each in (*call.args, *(keyword.value for keyword in call.keywords))]
    lambdas = [each for each in given if isinstance(each, ast.Lambda) and each.lineno == each.end_lineno]
    return sorted(lambdas, key=lambda each: (each.lineno, each.col_offset))


def _below(node: ast.AST) -> list[ast.AST]:
    return [each for each in ast.walk(node) if each is not node]
