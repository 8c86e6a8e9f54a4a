"""Every example attack gets what it deserves, touches nothing outside, and leaves the engine as it was."""

from __future__ import annotations

import pytest

from graders.engine import Engine
from graders.exercise import Exercise
from tests.attacks.canaries import Canaries
from tests.attacks.checking import check_attack
from tests.attacks.corpus import SHARED, Attack, load

ATTACKS = load(SHARED) if SHARED.is_dir() else []


def test_the_shared_corpus_is_there() -> None:
    if not SHARED.is_dir():
        pytest.skip("the shared attack corpus does not lie beside this checkout")
    assert len(ATTACKS) > 80


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_an_attack_gets_what_it_deserves(
    attack: Attack, engine: Engine, softmax_exercise: Exercise, canaries: Canaries
) -> None:
    check_attack(attack, engine, softmax_exercise, canaries)
