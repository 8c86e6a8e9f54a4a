"""Issuing, verifying and revoking certificates: the one owner of what happens to them."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.accounts.models import User
from courses.catalog.models import Chapter, ChapterProgress, Course, Exercise
from courses.certificates.models import Certificate
from workers.audit import trail
from workers.audit.trail import PERSON

#: Of a code: none that is read as another.
LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
GROUPS, GROUP_LETTERS = 4, 5


class CannotIssue(Exception):
    """There is no certificate to be had now; the message says why."""


@dataclass(frozen=True, kw_only=True)
class Completion:
    """How far somebody is from a certificate."""

    missing: list[Chapter]  #: in the order of the course
    finished: datetime | None  #: when the last chapter was done; None: something is missing

    @property
    def is_complete(self) -> bool:
        return self.finished is not None


def completion_of(user: User, course: Course) -> Completion:
    """A course is complete when every chapter of its current release is done."""
    chapters = list(Chapter.objects.filter(release=course.current_release_id))
    rows = ChapterProgress.objects.filter(user=user, course=course)
    done = {row.chapter: row.done_at for row in rows if row.done_at is not None}
    missing = [chapter for chapter in chapters if chapter.slug not in done]
    if missing or not chapters:
        return Completion(missing=missing, finished=None)
    return Completion(missing=[], finished=max(done[chapter.slug] for chapter in chapters))


def issue(user: User, course: Course, *, name: str) -> Certificate:
    """Certify that somebody completed a course; what they have already is given again.

    Args:
        name: as it is to be shown to everybody; empty: without a name.

    Raises:
        CannotIssue: something is missing, or an instructor has revoked the one before.
    """
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)  # one at a time for a person
        if found := Certificate.objects.valid().filter(user=user, course=course).first():
            return found
        if Certificate.objects.filter(user=user, course=course).exclude(revoked_by=user).exists():
            raise CannotIssue(_("Your certificate was revoked by those who run the course. Ask them."))
        completion = completion_of(user, course)
        if completion.finished is None or course.current_release is None:
            raise CannotIssue(_("Some chapters are not done yet."))
        release = course.current_release
        certificate = Certificate(
            course=course,
            user=user,
            code=fresh_code(),
            name=name,
            statement={
                "course": course.title,
                "chapters": Chapter.objects.filter(release=release).count(),
                "exercises": Exercise.objects.filter(release=release).count(),
                "release": release.number,
                "finished": completion.finished.date().isoformat(),
            },
            issued=timezone.now(),
        )
        certificate.signature = sign(certificate, settings.SECRET_KEY)
        certificate.save()
        trail.record(f"{PERSON}{user.pk}", "certificate.issue", subject=f"certificate:{certificate.code}")
    return certificate


def revoke(certificate: Certificate, *, by: User, reason: str) -> bool:
    """Take a certificate back; False: it was revoked before."""
    with transaction.atomic():
        valid = Certificate.objects.valid().filter(pk=certificate.pk)
        if valid.update(revoked=timezone.now(), revoked_by=by, reason=reason) != 1:
            return False
        details = {"reason": reason}
        trail.record(
            f"{PERSON}{by.pk}", "certificate.revoke", subject=f"certificate:{certificate.code}", details=details
        )
    return True


def is_genuine(certificate: Certificate) -> bool:
    """Whether this site issued it as it stands here: a row that somebody wrote or changed by hand is not."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return any(hmac.compare_digest(certificate.signature, sign(certificate, key)) for key in keys)


def sign(certificate: Certificate, key: str) -> str:
    text = json.dumps(certificate.signed_part(), sort_keys=True, ensure_ascii=False)
    return hmac.new(
        hashlib.sha256(b"gradus.certificate\0" + key.encode()).digest(), text.encode(), "sha256"
    ).hexdigest()


def fresh_code() -> str:
    """Four groups of five letters: long enough that nobody finds one by trying."""
    groups = ("".join(secrets.choice(LETTERS) for _letter in range(GROUP_LETTERS)) for _group in range(GROUPS))
    return "-".join(groups)
