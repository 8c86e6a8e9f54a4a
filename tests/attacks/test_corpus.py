"""Every attack gets what it deserves on each rung, touches nothing outside, and leaves a pupil beside it in peace.

Ours, which know this engine, and the shared examples. One file, since all of them share an engine and canaries
on fixed addresses: where several processes share the tests, a file is one process's.
"""

from __future__ import annotations

import pytest

from graders.engine import Engine
from graders.exercise import Exercise
from tests.attacks.canaries import Canaries
from tests.attacks.checking import check_attack
from tests.attacks.corpus import OURS, SHARED, Attack, load

EXAMPLES = load(SHARED) if SHARED.is_dir() else []


def test_the_shared_corpus_is_there() -> None:
    if not SHARED.is_dir():
        pytest.skip("the shared attack corpus does not lie beside this checkout")
    assert len(EXAMPLES) > 80


@pytest.mark.parametrize("attack", load(OURS), ids=lambda attack: attack.name)
def test_our_attack_gets_what_it_deserves(
    attack: Attack, engine: Engine, softmax_exercise: Exercise, canaries: Canaries
) -> None:
    check_attack(attack, engine, softmax_exercise, canaries)


@pytest.mark.parametrize("attack", EXAMPLES, ids=lambda attack: attack.name)
def test_an_example_gets_what_it_deserves(
    attack: Attack, engine: Engine, softmax_exercise: Exercise, canaries: Canaries
) -> None:
    check_attack(attack, engine, softmax_exercise, canaries)
