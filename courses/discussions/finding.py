"""Posts among the hits of the quick search. Only what everybody may read of a post is in its index: no solution."""

from __future__ import annotations

from operator import and_

from courses.accounts.models import User
from courses.catalog.reading import Reader
from courses.discussions.models import Post
from courses.search.finding import Hit, excerpt, having
from courses.search.models import Kind
from courses.search.words import Query

MAX_HITS = 6


def find(query: Query, reader: Reader) -> list[Hit]:
    """The newest posts that have every word, one of each question."""
    if not isinstance(reader, User):
        return []
    rows = Post.objects.visible_to(reader).standing().filter(having(query, and_))
    rows = rows.select_related("question__course").defer("html", "text").order_by("-pk")[: MAX_HITS * 3]
    first: dict[int, Post] = {}
    for post in rows:
        first.setdefault(post.question_id, post)
    return [_hit(post, query) for post in list(first.values())[:MAX_HITS]]


def _hit(post: Post, query: Query) -> Hit:
    return Hit(
        kind=Kind.DISCUSSION,
        url=post.get_absolute_url(),
        title=str(post.question),
        heading="",
        language=post.language,
        score=0.0,
        excerpt=excerpt(post.plain, query),
    )
