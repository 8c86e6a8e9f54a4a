"""Who wants to hear of answers, and how."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from courses.discussions.models.posts import Question


class Follow(models.Model):
    """Somebody wants to hear of a question's answers."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="follows")
    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="follows")
    seen = models.PositiveBigIntegerField(default=0)  #: number of the last post that they have seen, or written
    mailed = models.PositiveBigIntegerField(default=0)  #: number of the last post that they were mailed about

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "question"], name="one_follow_a_question")]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.question_id}"


class MailChoice(models.Model):
    """Somebody wants to hear by e-mail, too. No row: by notices on the pages alone."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="mail_choice"
    )
    since = models.DateTimeField(auto_now_add=True)
    site = models.CharField(max_length=200)  #: where they were when they chose: what addresses in mails begin with
    questions = models.PositiveBigIntegerField(default=0)  #: number of the last question that they were told of as new

    def __str__(self) -> str:
        return f"{self.user_id}"


class QuestionChoice(models.Model):
    """Somebody who teaches has said whether they hear of questions without an answer. No row: instructors do."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="question_choice"
    )
    wanted = models.BooleanField()

    def __str__(self) -> str:
        return f"{self.user_id}: {self.wanted}"
