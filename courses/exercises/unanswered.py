"""Parts that a person would grade, and that were left as the exercise has them: no points, and nobody reads them."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils import timezone

from courses.catalog.models import Exercise
from courses.exercises.models import Review, Submission
from courses.exercises.terms import Terms
from graders.notebooks.reading import Cell, NotebookUnreadable, read_notebook


def note_unanswered(submission: Submission) -> None:
    """Begin the review of a notebook with 0 points for what is still the starter's text.

    A person may give points all the same: what was written elsewhere is not lost. Called in the transaction that
    records the submission's end.
    """
    if not submission.manual_max:
        return
    exercise = Exercise.objects.filter(release__current_of=submission.course_id, slug=submission.exercise).first()
    terms = Terms.of(exercise) if exercise is not None else None
    if exercise is None or terms is None or terms.mode != "notebook" or not terms.manual:
        return
    file = terms.files[0]
    try:
        given, theirs = (_by_name(files.get(file, "")) for files in (exercise.starter, submission.files))
    except NotebookUnreadable:
        return
    left = {name for name, part in terms.manual.items() if _is_left(given.get(part.cell or ""), theirs, part.cell)}
    if not left or Review.objects.filter(submission=submission).exists():
        return
    parts = {name: {"points": 0.0 if name in left else None, "comment": ""} for name in terms.manual}
    Review.objects.create(submission=submission, parts=parts)
    marked = timezone.now() if left == set(terms.manual) else None
    Submission.objects.filter(pk=submission.pk).update(manual_points=0.0, marked=marked)


def _is_left(given: Cell | None, theirs: Mapping[str, Cell], name: str | None) -> bool:
    """Whether the cell is still the starter's. A locked one is a task: its answer stands elsewhere."""
    mine = theirs.get(name or "")
    return given is not None and mine is not None and not given.locked and mine.source == given.source


def _by_name(text: str) -> dict[str, Cell]:
    """The cells by each of their names; of copies the last, which a student has worked on."""
    return {name: cell for cell in read_notebook(text) for name in cell.names}
