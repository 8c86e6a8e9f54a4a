"""How long a submission will probably run, from how long others of its exercise did."""

from __future__ import annotations

import statistics

from courses.catalog.models import Course, Exercise
from courses.exercises.models import Kind, Submission

#: What the queue is told before anything was measured; most exercises take less than a second.
PRIOR_SECONDS = 2.0
SAMPLE = 10


def expected_seconds(course: Course, exercise: Exercise, kind: Kind) -> float:
    """The median of the latest runs of this exercise, or a prior."""
    ended = Submission.objects.filter(course=course, exercise=exercise.slug, kind=kind, spent=kind == Kind.SUBMISSION)
    latest = ended.filter(ended__isnull=False).order_by("-pk").values_list("report__seconds__ran", flat=True)
    ran = [float(seconds) for seconds in latest[:SAMPLE] if seconds is not None]
    return statistics.median(ran) if ran else PRIOR_SECONDS
