"""Discussions: questions about a place of a course, the posts in them, who follows them, and who complains.

A ``Question`` is the thread, its first ``Post`` is the text of the question itself; the others are answers. So whatever
can be done with a text (edit, hide, report, withhold) is done with a ``Post`` alone. What of a post everybody may read
is worked out once, when it is written: ``public_html`` and ``plain`` hold no solution.
"""

from courses.discussions.models.following import Follow, MailChoice, QuestionChoice
from courses.discussions.models.posts import Post, PostQuerySet, Question, QuestionQuerySet, Ruling, Where
from courses.discussions.models.reports import Reason, Report, Revision

__all__ = [
    "Follow",
    "MailChoice",
    "Post",
    "PostQuerySet",
    "Question",
    "QuestionChoice",
    "QuestionQuerySet",
    "Reason",
    "Report",
    "Revision",
    "Ruling",
    "Where",
]
