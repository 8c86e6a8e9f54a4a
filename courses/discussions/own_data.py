"""What discussions keep of a person: what they wrote, what they follow. What they wrote goes with them."""

from __future__ import annotations

from courses.accounts.models import User
from courses.accounts.personal import Contents, Section
from courses.discussions import writing
from courses.discussions.models import Follow, MailChoice, Post, Question, QuestionChoice, Report, Revision


def export(user: User) -> Contents:
    posts = Post.objects.filter(author=user).select_related("question__course").order_by("pk")
    texts = {f"discussions/{post.question.course.slug}/{post.question_id}/{post.pk}.md": post.text for post in posts}
    rows = [
        {
            "number": post.pk,
            "course": post.question.course.slug,
            "question": post.question_id,
            "title": post.question.title if post.opens else "",
            "created": post.created,
            "edited": post.edited,
            "hidden": post.hidden,
            "hidden_because": post.hidden_because,
        }
        for post in posts
    ]
    earlier = Revision.objects.filter(post__author=user).values("post", "title", "text", "until")
    reports = Report.objects.filter(user=user).values("post", "reason", "note", "created")
    return {
        **texts,
        "posts.json": rows,
        "earlier-posts.json": list(earlier),
        "followed-questions.json": list(Follow.objects.filter(user=user).values("question", "question__course__slug")),
        "post-reports.json": list(reports),
        "mail.json": {"answers_by_mail": MailChoice.objects.filter(user=user).exists()},
        "question-notices.json": list(QuestionChoice.objects.filter(user=user).values("wanted")),
    }


def forget(user: User) -> None:
    """Their answers go, and their questions; one that others have answered stays for them, without its text."""
    Follow.objects.filter(user=user).delete()
    MailChoice.objects.filter(user=user).delete()
    QuestionChoice.objects.filter(user=user).delete()
    Report.objects.filter(user=user).delete()
    answered = Post.objects.exclude(author=user).values("question")
    Question.objects.filter(author=user).exclude(pk__in=answered).delete()
    for post in Post.objects.filter(author=user, opens=True):
        writing.empty(post)
    touched = list(Question.objects.filter(posts__author=user, posts__opens=False).distinct())
    Post.objects.filter(author=user, opens=False).delete()
    for question in touched:
        writing.count(question)


SECTION = Section(
    name="discussions",
    models=frozenset(
        {
            "discussions.Question",
            "discussions.Post",
            "discussions.Follow",
            "discussions.MailChoice",
            "discussions.QuestionChoice",
            "discussions.Report",
        }
    ),
    export=export,
    forget=forget,
)
