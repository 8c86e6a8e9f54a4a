"""What a discussion refuses, in sentences for people; pages show them, the API answers with them."""

from __future__ import annotations


class PostRefused(Exception):
    """A text cannot be taken as it is. Nothing was written; the page gives it back."""

    status = 400

    def __init__(self, sentence: str, *, field: str | None = None) -> None:
        super().__init__(sentence)
        self.field = field  #: of the form that it is about; None: of none alone


class PostForbidden(PostRefused):
    """The rules forbid it now: a closed question, somebody else's post."""

    status = 403


class TooManyPosts(PostRefused):
    """Somebody writes faster than people do."""

    status = 429
