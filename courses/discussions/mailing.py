"""Answers by e-mail: for those who chose so, one mail of a question until they have looked at it."""

from __future__ import annotations

from django.core.mail import send_mail
from django.db.models import F
from django.utils import translation
from django.utils.translation import gettext as _

from courses.discussions import following
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
    return sent


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
