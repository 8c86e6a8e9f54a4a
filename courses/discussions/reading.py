"""How everybody finds questions: always what they may see, 404 for what is not theirs, pages by key."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from operator import and_

from django.db.models import Exists, OuterRef
from django.http import Http404
from django.utils.translation import gettext as _

from courses.accounts.models import User
from courses.catalog.models import Course
from courses.catalog.progress import is_passed
from courses.catalog.reading import course_or_404, registry
from courses.cohorts.models import STAFF_ROLES
from courses.cohorts.rules import role_in
from courses.discussions.models import Follow, Post, Question, QuestionQuerySet, Where
from courses.discussions.places import Place, Places
from courses.search.finding import having
from courses.search.words import MAX_QUERY, Query

PAGE = 25
MAX_NUMBER = 2**63 - 1
STATES = ("", "unanswered", "mine", "following")


@dataclass(frozen=True)
class Frame:
    """A reader in the discussions of a course. What it needs of them is read once."""

    user: User
    course: Course

    @classmethod
    def of(cls, user: User, course: str) -> Frame:
        return cls(user, course_or_404(course))

    @cached_property
    def role(self) -> str:
        return role_in(self.user, self.course) or ""

    @property
    def moderates(self) -> bool:
        return self.user.is_superuser or self.role in STAFF_ROLES

    @property
    def is_in_course(self) -> bool:
        return bool(self.role) or self.user.is_superuser

    @cached_property
    def passed(self) -> frozenset[str]:
        """The exercises that the reader has passed."""
        scores = registry.scores(self.user, self.course)
        return frozenset(slug for slug, best in scores.items() if is_passed(best, self.course))

    @cached_property
    def places(self) -> Places:
        return Places.of(self.course, self.user)

    def may_write_about(self, place: Place) -> bool:
        """Who sees a competition may ask about it once they take part; about all else one has to be enrolled."""
        if self.is_in_course:
            return True
        played = self.user.competitions.filter(competition__slug=place.slug, competition__course=self.course)
        return place.where == Where.COMPETITION and not place.cohort and played.exists()

    def may_read_all(self, post: Post) -> bool:
        """The one rule of who reads a solution in a post: its author, staff, and who has passed what it is of."""
        return (
            not post.spoils or self.moderates or post.author_id == self.user.pk or self.passed.issuperset(post.spoils)
        )


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which questions of a course a list shows."""

    place: Place | None = None  #: None: all
    state: str = ""  #: one of ``STATES``
    text: str = ""
    before: int | None = None  #: those whose last post is older than this one

    @classmethod
    def of(cls, frame: Frame, parameters: dict[str, str]) -> Wanted:
        """From an address. What it names and the course does not have is 404; other nonsense is left out."""
        place = None
        for where in Where.values:
            if slug := parameters.get(where, ""):
                place = frame.places.get(where, slug)
                if place is None:
                    raise Http404(_("There is no such chapter, exercise or competition."))
        state = parameters.get("state", "")
        return cls(
            place=place,
            state=state if state in STATES else "",
            text=parameters.get("q", "").strip()[:MAX_QUERY],
            before=number(parameters.get("before", "")),
        )

    @property
    def narrows(self) -> bool:
        return bool(self.state or self.text)


@dataclass(frozen=True, kw_only=True)
class Listed:
    """One question in a list."""

    question: Question
    place: Place
    unseen: bool  #: the reader follows it, and has not seen its last answer


@dataclass(frozen=True, kw_only=True)
class QuestionPage:
    pinned: list[Listed]  #: on the first page, whatever their age
    rows: list[Listed]
    later: int | None  #: where the next page begins; None: this is the last


def number(text: str) -> int | None:
    """A number from an address; None where it is none that a database could have."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 20 and int(text) < MAX_NUMBER else None


def question_or_404(user: User, course: str, pk: int) -> Question:
    rows = Question.objects.visible_to(user).select_related("course__current_release", "cohort", "author")
    found: Question | None = rows.filter(pk=pk, course__slug=course).first() if pk < MAX_NUMBER else None
    if found is None:
        raise Http404(_("There is no such question, or it is not yours to see."))
    return found


def post_or_404(user: User, course: str, pk: int) -> Post:
    rows = Post.objects.visible_to(user).select_related(
        "question__course__current_release", "question__author", "question__cohort", "author"
    )
    found: Post | None = rows.filter(pk=pk, question__course__slug=course).first() if pk < MAX_NUMBER else None
    if found is None:
        raise Http404(_("There is no such post, or it is not yours to see."))
    return found


def questions_of(frame: Frame, wanted: Wanted) -> QuestionPage:
    """A page of questions, the one with the newest post first: some five queries, however many there are."""
    found = _narrowed(frame, wanted)
    pinned: list[Question] = []
    if wanted.before is None and not wanted.text and not wanted.state:
        pinned = list(found.filter(pinned__isnull=False).with_language().order_by("-pinned"))
    rest = found if wanted.text or wanted.state else found.filter(pinned=None)
    if wanted.before is not None:
        rest = rest.filter(latest__lt=wanted.before)
    rows = list(rest.with_language().order_by("-latest")[: PAGE + 1])
    shown = rows[:PAGE]
    seen = _seen(frame.user, [*pinned, *shown])
    return QuestionPage(
        pinned=[_listed(question, frame, seen) for question in pinned],
        rows=[_listed(question, frame, seen) for question in shown],
        later=shown[-1].latest if len(rows) > PAGE else None,
    )


def _narrowed(frame: Frame, wanted: Wanted) -> QuestionQuerySet:
    found = Question.objects.visible_to(frame.user).filter(course=frame.course).select_related("author", "cohort")
    if wanted.place is not None:
        found = found.filter(where=wanted.place.where, place=wanted.place.slug)
    match wanted.state:
        case "unanswered":
            found = found.unanswered()
        case "mine":
            found = found.filter(author=frame.user)
        case "following":
            found = found.filter(follows__user=frame.user)
    query = Query(wanted.text)
    if query:
        said = Post.objects.standing().filter(having(query, and_), question=OuterRef("pk"))
        found = found.filter(Exists(said))
    elif wanted.text:
        found = found.none()
    return found


def _seen(user: User, questions: list[Question]) -> dict[int, int]:
    return dict(Follow.objects.filter(user=user, question__in=questions).values_list("question", "seen"))


def _listed(question: Question, frame: Frame, seen: dict[int, int]) -> Listed:
    question.course = frame.course
    return Listed(
        question=question,
        place=frame.places.shown(question.where, question.place),
        unseen=question.pk in seen and question.latest > seen[question.pk],
    )
