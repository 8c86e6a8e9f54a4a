"""What ``check`` finds beside mutants: examples learnt by heart, words in place of evidence, thin margins."""

from __future__ import annotations

from pathlib import Path

import pytest

from graders.engine import Engine
from graders.exercise import Exercise
from graders.strength.proving import Proof, prove
from graders.strength.showing import as_text

PRINTED = Path(__file__).parent / "exercises" / "printed"


@pytest.fixture(scope="module")
def proof(engine: Engine) -> Proof:
    return prove(Exercise.load(PRINTED), engine, jobs=2)


def test_examples_learnt_by_heart_are_a_complaint(proof: Proof) -> None:
    assert "degenerate: lookup of the printed examples must not get full marks" in proof.complaints
    assert not proof.proved


def test_points_that_a_word_wins_are_listed(proof: Proof) -> None:
    assert "the starter with True for each probe wins test_told (1)" in proof.won
    assert "the starter with 0 for each probe" not in "\n".join(proof.won)


def test_a_thin_margin_is_named(proof: Proof) -> None:
    thin = {margin.test: margin for margin in proof.thin}
    assert set(thin) == {"test_near"}
    assert 0.7 < thin["test_near"].used < 0.9
    assert thin["test_near"].where == "rows"
    assert proof.margins["test_example"].used < 0.5
    assert proof.margins["test_example"].answer == "the solution with other last digits"
    assert "thin margin: test_near: the solution" in as_text(proof)
