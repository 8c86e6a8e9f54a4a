"""Answers by e-mail: for those who chose so, one mail of a question until they have looked at it.

Those who teach get new questions with it, all that have come since the last time in one mail.
"""

from __future__ import annotations

from django.core.mail import send_mail
from django.db.models import F
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses.discussions import awaiting, following
from courses.discussions.models import Follow, MailChoice, Post
from courses.discussions.showing import excerpt

AT_ONCE = 200


def send_due() -> int:
    """Send what is due; how many mails that were. Safe to run twice: each is noted before it is sent."""
    sent = 0
    for choice in MailChoice.objects.filter(user__is_active=True).exclude(user__email="").select_related("user"):
        user = choice.user
        due = following.unseen(user).filter(mailed__lte=F("seen"), question__latest__gt=F("mailed"))
        for row in due.select_related("question__course")[:AT_ONCE]:
            latest = row.question.latest
            if Follow.objects.filter(pk=row.pk, mailed=row.mailed).update(mailed=latest) != 1:
                continue  # somebody else is sending it
            post = Post.objects.select_related("author", "question__course").filter(pk=latest).first()
            if post is not None:
                with translation.override(user.language or None):
                    _send(post, to=user.email, site=choice.site)
                sent += 1
        sent += _send_questions(choice)
    return sent


def _send_questions(choice: MailChoice) -> int:
    """One mail of the questions that have come since the last one and have no answer yet; 0 or 1."""
    fresh = awaiting.awaiting(choice.user).filter(pk__gt=choice.questions).select_related("course", "author")
    questions = list(fresh.order_by("pk")[:AT_ONCE])
    if not questions:
        return 0
    rows = MailChoice.objects.filter(pk=choice.pk, questions=choice.questions)
    if rows.update(questions=questions[-1].pk) != 1:
        return 0  # somebody else is sending it
    with translation.override(choice.user.language or None):
        count = len(questions)
        words = {"count": count}
        subject = ngettext("%(count)d new question", "%(count)d new questions", count) % words
        lines = [
            f"{asked.author.display_name}: {asked}\n{choice.site}{asked.get_absolute_url()}" for asked in questions
        ]
        text = ngettext(
            "In what you teach, %(count)d question has come that nobody has answered:",
            "In what you teach, %(count)d questions have come that nobody has answered:",
            count,
        )
        ending = _("What you hear of is your choice: %(choice)s") % {"choice": f"{choice.site}/notices/"}
        body = "\n\n".join((text % words, *lines, ending)) + "\n"
        send_mail(f"[Gradus] {subject}", body, None, [choice.user.email])
    return 1


def _send(post: Post, *, to: str, site: str) -> None:
    """Only what everybody may read of a post is mailed: whoever reads a mailbox has passed nothing."""
    words = {
        "name": post.author.display_name,
        "question": str(post.question),
        "text": excerpt(post),
        "address": site + post.get_absolute_url(),
        "choice": site + "/notices/",
    }
    text = _(
        "%(name)s has answered “%(question)s”:\n\n%(text)s\n\n%(address)s\n\n"
        "You get no other mail of this question until you have looked. To get none at all: %(choice)s\n"
    )
    subject = " ".join((_("New answer: %(question)s") % words).split())
    send_mail(f"[Gradus] {subject}"[:200], text % words, None, [to])
