"""The end of a submission, told on a page that shows something else."""

from __future__ import annotations

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from courses.catalog.models import Exercise
from courses.exercises.models import Submission
from courses.exercises.templatetags.exercises import outcome_label
from graders.report import Outcome


def word_end(submission: Submission) -> dict[str, str]:
    """The end of a submission in one sentence, for a page that shows something else; and the words of its links."""
    current = Exercise.objects.filter(release__current_of=submission.course_id, slug=submission.exercise)
    exercise = current.only("title").first()
    values = {
        "title": exercise.title_text if exercise else submission.exercise,
        "outcome": outcome_label(submission.outcome),
        "score": _points(submission.score or 0.0),
        "max": _points(submission.max_score),
    }
    text = _("“%(title)s” has ended: %(outcome)s.")
    if submission.is_run and submission.outcome == Outcome.GRADED:
        text = _("Your Run of “%(title)s” has ended.")
    elif submission.outcome == Outcome.GRADED:
        text = _("“%(title)s” is graded: %(score)s of %(max)s points.")
    return {
        "text": text % values,
        "url": submission.get_absolute_url(),
        "link": _("See the result"),
        "close": _("Close"),
    }


def _points(points: float) -> str:
    return number_format(int(points) if points == int(points) else round(points, 2))
