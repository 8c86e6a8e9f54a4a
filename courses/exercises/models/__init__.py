"""What students write, what grading found, what persons added to it, and what grading it again would change."""

from courses.exercises.models.regrades import Regrade, RegradedSubmission, RegradeScope, RegradeState, ResultState
from courses.exercises.models.reviews import Review
from courses.exercises.models.submissions import Draft, Grade, Kind, State, Submission, SubmissionQuerySet

__all__ = [
    "Draft",
    "Grade",
    "Kind",
    "Regrade",
    "RegradeScope",
    "RegradeState",
    "RegradedSubmission",
    "ResultState",
    "Review",
    "State",
    "Submission",
    "SubmissionQuerySet",
]
