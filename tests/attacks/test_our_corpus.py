"""Our own attacks, which know this engine's sources: every one on both rungs, a pupil beside it."""

from __future__ import annotations

import pytest

from graders.engine import Engine
from graders.exercise import Exercise
from tests.attacks.canaries import Canaries
from tests.attacks.checking import check_attack
from tests.attacks.corpus import OURS, Attack, load


@pytest.mark.parametrize("attack", load(OURS), ids=lambda attack: attack.name)
def test_our_attack_gets_what_it_deserves(
    attack: Attack, engine: Engine, softmax_exercise: Exercise, canaries: Canaries
) -> None:
    check_attack(attack, engine, softmax_exercise, canaries)
