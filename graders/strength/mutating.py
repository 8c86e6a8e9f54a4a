"""The automatic mutants of a solution: made by all operators, few enough to grade, always the same ones."""

from __future__ import annotations

import ast
import difflib
import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from graders.strength import confusions, expressions, oversights, statements
from graders.strength.editing import Edit, Source
from graders.strength.texts import Text, texts_of

MOST = 80  #: mutants of one exercise

Operator = Callable[[Source], Iterator[Edit]]
_ALL: tuple[Operator, ...] = (
    expressions.swapped_operands,
    expressions.swapped_arguments,
    expressions.wrong_axis,
    expressions.missing_scale,
    expressions.mask_dropped,
    expressions.mask_inverted,
    expressions.transposed,
    expressions.off_by_one,
    expressions.bias_dropped,
    expressions.wrong_reduction,
    expressions.axis_lost,
    expressions.comparison_flipped,
    expressions.sign_negated,
    expressions.activation_dropped,
    confusions.wrong_variable,
    confusions.wrong_attribute,
    confusions.wrong_activation,
    confusions.activation_added,
    confusions.product_confused,
    confusions.loop_cut,
    statements.detached_gradient,
    statements.input_changed,
    statements.zero_grad_missing,
    statements.mode_swapped,
    statements.statement_removed,
    oversights.function_confused,
    oversights.step_skipped,
    oversights.type_lost,
    oversights.keyword_dropped,
    oversights.constant_changed,
    oversights.default_changed,
    oversights.branch_fixed,
    oversights.bound_lost,
    oversights.change_overwrites,
    oversights.state_forgotten,
    oversights.loop_left_early,
    oversights.first_of_batch,
    oversights.division_confused,
    oversights.graph_kept,
)
OPERATORS: Mapping[str, Operator] = {operator.__name__.replace("_", "-"): operator for operator in _ALL}


@dataclass(frozen=True, kw_only=True)
class Mutant:
    """A solution with one change."""

    id: str  #: the operator and a digest of the change: the same as long as its surroundings are
    operator: str
    text: Text  #: what was changed
    after: str

    @property
    def before(self) -> str:
        return self.text.content

    def diff(self) -> str:
        """The change as a unified diff."""
        where, before, after = self.text.label, self.before.splitlines(), self.after.splitlines()
        return "\n".join(difflib.unified_diff(before, after, where, f"{where} ({self.id})", lineterm="", n=2))


def mutants_of(files: Mapping[str, str]) -> list[Mutant]:
    """Each change that any operator makes to a file or a cell; none that does not compile or is another's twin."""
    found: dict[str, Mutant] = {}
    for text in texts_of(files):
        source = Source(text.content)
        seen = {ast.dump(source.tree)}
        for operator, make in OPERATORS.items():
            for edit in make(source):
                after = source.apply(edit)
                shape = _shape(after)
                if shape is not None and shape not in seen:
                    seen.add(shape)
                    mutant = _mutant(operator, text, after)
                    found.setdefault(mutant.id, mutant)
    return list(found.values())


def _shape(text: str) -> str | None:
    """What a text means to the compiler; None for what does not compile."""
    try:
        compile(text, "mutant", "exec", dont_inherit=True)
        return ast.dump(ast.parse(text))
    except SyntaxError:
        return None


def _mutant(operator: str, text: Text, after: str) -> Mutant:
    before = text.content
    changed = [line for line in difflib.ndiff(before.splitlines(), after.splitlines()) if line[0] in "+-"]
    place = next(i for i, (a, b) in enumerate(zip(before, after, strict=False)) if a != b)
    same = before.splitlines()[: before[:place].count("\n")].count(changed[0][2:])  # twins of the changed line above it
    digest = hashlib.sha256("\n".join([text.label, str(same), *changed]).encode()).hexdigest()[:6]
    return Mutant(id=f"{operator}-{digest}", operator=operator, text=text, after=after)


def chosen(mutants: Sequence[Mutant], most: int = MOST) -> list[Mutant]:
    """At most so many, by turns from each operator; within an operator by the digest, so that no place is favoured."""
    queues = [sorted((m for m in mutants if m.operator == name), key=lambda m: m.id) for name in OPERATORS]
    turns = [queue[turn] for turn in range(max(map(len, queues))) for queue in queues if turn < len(queue)]
    order = list(OPERATORS)
    return sorted(turns[:most], key=lambda mutant: (order.index(mutant.operator), mutant.id))
