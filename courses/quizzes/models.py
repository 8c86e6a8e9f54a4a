"""Quizzes of a release, with their keys, and what each learner answered."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import get_language


class Quiz(models.Model):
    """One quiz of one release. ``spec`` has the keys: it never leaves the server."""

    release = models.ForeignKey("authoring.Release", on_delete=models.CASCADE, related_name="quizzes")
    chapter = models.ForeignKey("catalog.Chapter", on_delete=models.CASCADE, related_name="quizzes")
    slug = models.SlugField(max_length=80)
    title = models.JSONField()
    #: A list of questions, see ``courses.quizzes.checking``; texts are {language: HTML}, sanitised at publishing.
    spec = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["release", "slug"], name="one_quiz_of_a_name")]
        verbose_name_plural = "quizzes"

    def __str__(self) -> str:
        return self.slug

    @property
    def title_text(self) -> str:
        return str(self.title.get(get_language() or "") or next(iter(self.title.values()), self.slug))


class Placement(models.Model):
    """The questions with which a newcomer finds out where to begin. Nobody's answers to them are kept."""

    slug = "placement"

    release = models.OneToOneField("authoring.Release", on_delete=models.CASCADE, related_name="placement")
    title = models.JSONField()
    spec = models.JSONField()  #: questions as those of a ``Quiz``, each with the slug of its ``chapter``

    def __str__(self) -> str:
        return f"placement of {self.release_id}"

    @property
    def title_text(self) -> str:
        return str(self.title.get(get_language() or "") or next(iter(self.title.values()), self.slug))


class QuizAnswer(models.Model):
    """The latest answer of one learner to one question, over all releases."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="quiz_answers")
    course = models.ForeignKey("catalog.Course", on_delete=models.CASCADE, related_name="quiz_answers")
    quiz = models.SlugField(max_length=80)
    question = models.SlugField(max_length=80)
    response = models.JSONField()  #: a list of choice ids, or the text that was typed
    #: What was answered the first time, before any hint of ours; null: answered before this was kept.
    first_response = models.JSONField(null=True)
    correct = models.BooleanField()
    tries = models.PositiveIntegerField(default=1)
    answered_at = models.DateTimeField(default=timezone.now)
    mastered_at = models.DateTimeField(null=True)  #: when it was first answered rightly; null: not yet

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "course", "quiz", "question"], name="one_answer_a_question")
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.quiz}/{self.question}"
