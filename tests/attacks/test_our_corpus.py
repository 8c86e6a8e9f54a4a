"""Our own attacks, which know this engine's sources: on this machine's rung, the prying ones on landlock too."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from graders.engine import Engine
from graders.exercise import Exercise
from tests.attacks.canaries import Canaries
from tests.attacks.checking import check_attack
from tests.attacks.corpus import OURS, Attack, load

ATTACKS = load(OURS)
_PRYING = ("forge-grade", "leak-tests", "escape-fs", "escape-net")


@pytest.fixture(scope="module")
def landlock_engine(secret: None) -> Iterator[Engine]:
    opened = Engine(slots=1, rung="landlock")
    yield opened
    opened.close()


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_our_attack_gets_what_it_deserves(
    attack: Attack, engine: Engine, softmax_exercise: Exercise, canaries: Canaries
) -> None:
    check_attack(attack, engine, softmax_exercise, canaries)


@pytest.mark.parametrize(
    "attack", [attack for attack in ATTACKS if attack.kind in _PRYING], ids=lambda attack: attack.name
)
def test_our_attack_gets_what_it_deserves_under_landlock(
    attack: Attack, landlock_engine: Engine, softmax_exercise: Exercise, canaries: Canaries
) -> None:
    check_attack(attack, landlock_engine, softmax_exercise, canaries)
