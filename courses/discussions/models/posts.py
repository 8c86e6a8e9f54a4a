"""Questions, and the texts in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from courses.accounts.models import User
from courses.catalog.models import Course
from courses.cohorts.models import Cohort, Enrollment, Role
from courses.competitions.models import Participant

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

MAX_TITLE = 150
MAX_TEXT = 10_000


class Where(models.TextChoices):
    """What a question is about."""

    COURSE = "course", _("The course")
    CHAPTER = "chapter", _("Chapter")
    EXERCISE = "exercise", _("Exercise")
    COMPETITION = "competition", _("Competition")


class QuestionQuerySet(models.QuerySet["Question"]):
    def visible_to(self, user: User | AnonymousUser) -> QuestionQuerySet:
        """A question is seen by who is enrolled in its course, and one of a competition by who takes part in it.

        One that belongs to a cohort is seen by that cohort and by the instructors of the course.
        """
        if not isinstance(user, User):
            return self.none()
        if user.is_superuser:
            return self
        mine = Enrollment.objects.filter(user=user)
        played = Participant.objects.filter(user=user).values("competition__slug")
        return self.filter(
            Q(cohort=None, course__in=mine.values("course"))
            | Q(cohort=None, where=Where.COMPETITION, place__in=played)
            | Q(cohort__in=mine.values("cohort"))
            | Q(course__in=Enrollment.objects.instructed_by(user))
        )

    def unanswered(self) -> QuestionQuerySet:
        return self.filter(answers=0, closed=None)

    def with_language(self) -> QuestionQuerySet:
        """With ``language``, that of the question's own text: for the ``lang`` of its title in a list."""
        opening = Post.objects.filter(question=OuterRef("pk"), opens=True)
        return self.annotate(language=Subquery(opening.values("language")[:1]))


class Question(models.Model):
    """A thread. ``courses.discussions.writing`` and ``moderating`` alone change it."""

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="questions")
    where = models.CharField(max_length=16, choices=Where)
    place = models.SlugField(max_length=80, blank=True)  #: slug of the chapter, exercise or competition
    #: Whose alone it is; null: everybody's in the course.
    cohort = models.ForeignKey(Cohort, null=True, on_delete=models.CASCADE, related_name="questions")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="questions")
    title = models.CharField(_("title"), max_length=MAX_TITLE)  #: empty: its author has deleted it
    created = models.DateTimeField(auto_now_add=True)
    closed = models.DateTimeField(null=True)  #: null: it takes answers
    pinned = models.DateTimeField(null=True)  #: null: it stands where its last post puts it
    accepted = models.ForeignKey("discussions.Post", null=True, on_delete=models.SET_NULL, related_name="+")
    answers = models.PositiveIntegerField(default=0)  #: that are not hidden
    #: Number of the last post that is not hidden: the order of lists, and what followers have seen or not.
    latest = models.PositiveBigIntegerField(default=0)

    objects = QuestionQuerySet.as_manager()

    class Meta:
        ordering = ["-latest"]
        indexes: ClassVar = [
            models.Index(fields=["course", "-latest"], name="question_latest"),
            models.Index(fields=["course", "where", "place", "-latest"], name="question_place"),
        ]

    def __str__(self) -> str:
        return self.title or gettext("Deleted question")

    def get_absolute_url(self) -> str:
        return reverse("discussions:question", args=[self.course.slug, self.pk])


class Ruling(models.TextChoices):
    """What staff have said about a post and solutions."""

    NONE = "", _("nothing")
    SOLUTION = "solution", _("it holds a solution")
    CLEAR = "clear", _("it holds none")


class PostQuerySet(models.QuerySet["Post"]):
    def visible_to(self, user: User | AnonymousUser) -> PostQuerySet:
        """A post is seen where its question is; what of it is shown, ``courses.discussions.showing`` decides."""
        return self.filter(question__in=Question.objects.visible_to(user))

    def standing(self) -> PostQuerySet:
        """Those that nobody has hidden."""
        return self.filter(hidden=None)


class Post(models.Model):
    """A question's own text, or an answer."""

    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="posts")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="posts")
    opens = models.BooleanField(default=False)  #: it is the question itself
    role = models.CharField(max_length=16, choices=Role, blank=True)  #: the author's when they wrote; empty: none
    text = models.TextField(_("text"))  #: Markdown; empty: its author has deleted it
    html = models.TextField()  #: all of it, sanitised
    public_html = models.TextField()  #: without solutions; empty: all of it is withheld
    plain = models.TextField()  #: what ``public_html`` says, for excerpts
    index = models.TextField()  #: title and ``plain``, folded as queries are
    language = models.CharField(max_length=16)  #: for the ``lang`` of its element
    marked = models.BooleanField(default=False)  #: its author says that it holds a solution
    ruling = models.CharField(max_length=16, choices=Ruling, blank=True, default=Ruling.NONE)
    #: Slugs of the exercises that one has to have passed to read all of it.
    spoils: models.JSONField[list[str], list[str]] = models.JSONField(default=list)
    created = models.DateTimeField(auto_now_add=True)
    edited = models.DateTimeField(null=True)  #: null: never
    hidden = models.DateTimeField(null=True)  #: null: it is not
    hidden_because = models.CharField(max_length=300, blank=True)
    hidden_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    objects = PostQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        indexes: ClassVar = [
            models.Index(fields=["question", "id"], name="post_order"),
            models.Index(fields=["author", "created"], name="post_author"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["question"], condition=Q(opens=True), name="one_opening_a_question")
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"

    def get_absolute_url(self) -> str:
        return f"{self.question.get_absolute_url()}?post={self.pk}#post-{self.pk}"

    @property
    def is_deleted(self) -> bool:
        return not self.text

    @property
    def is_by_staff(self) -> bool:
        return self.role in (Role.ASSISTANT, Role.INSTRUCTOR)

    @property
    def withholds(self) -> bool:
        """Whether some readers do not get all of it."""
        return bool(self.spoils)
