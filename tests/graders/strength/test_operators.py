"""Each operator makes the mistakes that its name says, and no other change."""

from __future__ import annotations

import ast

import pytest

from graders.strength.editing import Source
from graders.strength.mutating import OPERATORS, chosen, mutants_of


def made_by(operator: str, text: str) -> set[str]:
    """What an operator makes of a text: the lines that are new in each mutant."""
    source = Source(text)
    old = text.splitlines()
    found = set()
    for edit in OPERATORS[operator](source):
        after = source.apply(edit)
        ast.parse(after)
        found.add("; ".join(line.strip() for line in after.splitlines() if line not in old))
    return found


def forward(body: str) -> str:
    return f"def forward(self, x):\n    return {body}\n"


@pytest.mark.parametrize(
    ("operator", "before", "after"),
    [
        ("swapped-operands", "(a - b) * c", {"(b - a) * c"}),
        ("swapped-operands", "a @ b + c", {"b @ a + c"}),
        ("swapped-operands", "a * b + a", set()),
        ("wrong-axis", "torch.softmax(s, dim=-1)", {"torch.softmax(s, dim=-2)"}),
        ("wrong-axis", "x.sum(1)", {"x.sum(0)", "x.sum(2)"}),
        ("wrong-axis", "x.shape[-1]", {"x.shape[-2]"}),
        ("wrong-axis", "x.transpose(-2, -1)", {"x.transpose(-1, -1)", "x.transpose(-2, -2)"}),
        ("missing-scale", "s / d ** 0.5", {"s", "s / d"}),
        ("missing-scale", "s * math.sqrt(d)", {"s", "s * d"}),
        ("mask-dropped", "s.masked_fill(~m, v)", {"s"}),
        ("mask-dropped", "w * mask", {"w"}),
        ("mask-inverted", "s.masked_fill(~m, v)", {"s.masked_fill(m, v)"}),
        ("mask-inverted", "torch.where(m, a, b)", {"torch.where(~m, a, b)"}),
        ("transposed", "x @ w.T", {"x @ w"}),
        ("transposed", "x @ w", {"x @ w.mT"}),
        ("transposed", "k.transpose(1, 2)", {"k"}),
        ("off-by-one", "x[:, 3]", {"x[:, 4]"}),
        ("off-by-one", "range(n)", {"range(n - 1)"}),
        ("off-by-one", "x.view(-1) ** 2", set()),
        ("bias-dropped", "nn.Linear(2, 3, bias=True)", {"nn.Linear(2, 3, bias=False)"}),
        ("bias-dropped", "nn.Linear(2, 3)", {"nn.Linear(2, 3, bias=False)"}),
        ("bias-dropped", "y + bias", {"y"}),
        ("wrong-reduction", "x.mean(0)", {"x.sum(0)"}),
        ("wrong-reduction", "loss(x, reduction='mean')", {"loss(x, reduction='sum')"}),
        ("axis-lost", "x.sum(-1, keepdim=True)", {"x.sum(-1, keepdim=False)"}),
        ("comparison-flipped", "a < b", {"a >= b", "a <= b"}),
        ("comparison-flipped", "a if b else c", {"a if not b else c"}),
        ("sign-negated", "a + b", {"a - b"}),
        ("sign-negated", "-a * b", {"a * b"}),
        ("activation-dropped", "torch.relu(f(x))", {"f(x)"}),
        ("wrong-activation", "torch.relu(x)", {"torch.sigmoid(x)"}),
        ("activation-added", "a @ b", {"(a @ b).softmax(-1)"}),
        ("product-confused", "a @ b", {"a * b"}),
        ("detached-gradient", "a @ b", {"(a @ b).detach()"}),
    ],
)
def test_an_expression_goes_wrong_as_the_operator_says(operator: str, before: str, after: set[str]) -> None:
    assert made_by(operator, forward(before)) == {f"return {text}" for text in after}


@pytest.mark.parametrize(
    ("operator", "before", "after"),
    [
        ("swapped-arguments", "def f(a, b):\n    return g(a, b)\ndef g(a, b): ...", {"return g(b, a)"}),
        ("wrong-variable", "def f(q, k):\n    return q.dot(k.shape)", {"return k.dot(k.shape)"}),
        (
            "wrong-attribute",
            "class A:\n    def __init__(self):\n        self.a, self.b = 1, 2\n    def f(self):\n        return self.a",
            {"return self.b"},
        ),
        ("loop-cut", "for x in xs:\n    f(x)", {"for x in list(xs)[1:]:", "for x in list(xs)[:-1]:"}),
        ("zero-grad-missing", "optimizer.zero_grad()\nloss.backward()", {"pass"}),
        ("mode-swapped", "m = Dropout()\nm.eval()", {"m.train()", "pass"}),
        ("mode-swapped", "m = Linear(1, 1)\nm.eval()", set()),  # nothing depends on the mode
        ("statement-removed", "def f(x):\n    x = x + 1\n    y = x\n    return y", {"pass"}),
        ("statement-removed", "if bad:\n    raise ValueError('bad')", {"pass"}),
        ("input-changed", "def f(x):\n    x = -x\n    return x", {"if x is not None:; x.detach().mul_(2); x = x / 2"}),
        ("input-changed", "def f(x):\n    if x is None:\n        return 0", set()),  # there is nothing to change
        (
            "input-changed",
            "def f(x):\n    return -x",
            {"answer = (-x) + 0; if x is not None:; x.detach().zero_(); return answer"},
        ),
    ],
)
def test_a_statement_goes_wrong_as_the_operator_says(operator: str, before: str, after: set[str]) -> None:
    assert made_by(operator, before) == after


def test_each_operator_says_what_it_does() -> None:
    assert len(OPERATORS) >= 20
    assert all(operator.__doc__ for operator in OPERATORS.values())


def test_what_decides_nothing_is_no_place_for_a_mistake() -> None:
    text = '''
def f(x: Tensor[3 - 2]) -> Tensor[1]:
    """Not 1 - 2."""
    seen = len(x) - 1
    print(f"{seen - 1}", 5 - 4)
    torch.manual_seed(1)
    raise ValueError(3 - 2)
'''
    assert {mutant.operator for mutant in mutants_of({"submission.py": text})} == {"statement-removed"}  # the raise


def test_choices_of_a_training_loop_are_not_mistakes() -> None:
    text = "RATE, EPOCHS = 1, 8\nfor epoch in range(EPOCHS):\n    loss = model(64)\n    loss.backward()\n"
    operators = {mutant.operator for mutant in mutants_of({"submission.py": text})}
    assert operators == {"statement-removed"}  # backward() forgotten


def test_mutants_compile_differ_and_stay_the_same_from_run_to_run() -> None:
    text = "def f(a, b):\n    return a - b, a - b, 'é', a @ b\n"
    first, second = mutants_of({"submission.py": text}), mutants_of({"submission.py": text})
    assert [mutant.id for mutant in first] == [mutant.id for mutant in second]
    assert len({mutant.after for mutant in first}) == len(first)
    assert text not in {mutant.after for mutant in first}
    for mutant in first:
        compile(mutant.after, "mutant", "exec")
    moved = mutants_of({"submission.py": "import torch\n\n" + text})
    assert {mutant.id for mutant in moved} == {mutant.id for mutant in first}


def test_few_are_chosen_by_turns_from_all_operators() -> None:
    text = "def f(a, b):\n    return a[1, 2, 3, 4, 5, 6, 7, 8] - b\n"
    few = chosen(mutants_of({"submission.py": text}), 6)
    assert len(few) == 6
    assert {"swapped-operands", "sign-negated", "wrong-variable", "off-by-one"} <= {mutant.operator for mutant in few}
    assert chosen(mutants_of({"submission.py": text}), 6) == few
