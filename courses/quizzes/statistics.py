"""What the answers of a class say about an item: a question of a quiz, or a hidden test. Pure functions.

*Difficulty* is the share who were right the first time. *Discrimination* is the point-biserial correlation of being
right the first time with the rest of the score, the item itself left out of it: with the item in, every item would seem
to agree with the whole, the more so the fewer there are (S. Henrysson, Correction of item-total correlations in item
analysis, Psychometrika 28, 1963, 211-218). Below 0.2 an item tells the strong from the weak poorly; below 0 those who
know more get it wrong more often, and its key deserves a look (the customary marks of R. L. Ebel and D. A. Frisbie,
Essentials of Educational Measurement, 5th ed., 1991, ch. 13).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

#: Fewer learners than this and nothing is said: a share of three people is a guess, and it is about persons.
MIN_LEARNERS = 5
#: A correlation of fewer is noise: with ten, chance alone gives ±0.6 in one case of twenty.
MIN_FOR_DISCRIMINATION = 10
POOR, WRONG = 0.2, 0.0


def point_biserial(right: Sequence[bool], rest: Sequence[float]) -> float | None:
    """The correlation of a yes or no with a score; None where there are too few, or where one of the two is constant.

    Args:
        right: for each learner whether they were right.
        rest: for each learner the score without this item.
    """
    count = len(right)
    if count < MIN_FOR_DISCRIMINATION or len(rest) != count:
        return None
    share = sum(right) / count
    mean = sum(rest) / count
    spread = math.sqrt(sum((score - mean) ** 2 for score in rest) / count)
    if not 0 < share < 1 or spread < 1e-12:
        return None
    mean_of_right = sum(score for score, yes in zip(rest, right, strict=True) if yes) / sum(right)
    return (mean_of_right - mean) / spread * math.sqrt(share / (1 - share))


def verdict(discrimination: float | None) -> str:
    """``good``, ``poor`` or ``wrong``; empty where nothing can be said."""
    if discrimination is None:
        return ""
    return "good" if discrimination >= POOR else "poor" if discrimination >= WRONG else "wrong"
