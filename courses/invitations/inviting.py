"""Making, following and withdrawing invitations: the one owner of what happens to them."""

from __future__ import annotations

import secrets
from datetime import timedelta

from django.core.mail import send_mail
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.accounts.models import User
from courses.cohorts import teaching
from courses.cohorts.enrolling import enroll
from courses.cohorts.models import SELF_PACED, Cohort, Enrollment, Role
from courses.invitations.models import Invitation

#: Of a code: none that is read as another.
LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
GROUPS, GROUP_LETTERS = 4, 5
#: An invitation never takes a role away.
RANK = {Role.STUDENT: 0, Role.ASSISTANT: 1, Role.INSTRUCTOR: 2}


class NotInvited(Exception):
    """The invitation is used up, too old or withdrawn."""


def invite(cohort: Cohort, *, role: Role, days: int, uses: int | None, by: User, email: str = "") -> Invitation:
    """Make a key for a cohort, or with ``email`` an invitation of one person, who gets no mail by this yet."""
    code = "-".join("".join(secrets.choice(LETTERS) for _letter in range(GROUP_LETTERS)) for _group in range(GROUPS))
    with transaction.atomic():
        invitation = Invitation.objects.create(
            cohort=cohort,
            role=role,
            code=code,
            email=email,
            uses_left=1 if email else uses,
            expires=timezone.now() + timedelta(days=days),
            created_by=by,
        )
        teaching.record(by, "cohort.invite", cohort, role=str(role), days=days, uses=invitation.uses_left)
    return invitation


def send(invitation: Invitation, *, address: str, by: User) -> None:
    """Mail an invitation to the person whom it is for."""
    words = {"name": by.display_name, "course": invitation.cohort.course.title_text, "address": address}
    send_mail(
        "[Gradus] " + " ".join((_("Invitation to “%(course)s”") % words).split()),
        _("%(name)s invites you to the course “%(course)s”. Follow this link to join:\n\n%(address)s\n") % words,
        None,
        [invitation.email],
    )


def withdraw(invitation: Invitation, *, by: User) -> None:
    with transaction.atomic():
        if Invitation.objects.filter(pk=invitation.pk, withdrawn=None).update(withdrawn=timezone.now()):
            teaching.record(by, "cohort.withdraw_invitation", invitation.cohort, invitation=invitation.pk)


def follow(invitation: Invitation, user: User) -> Enrollment:
    """Put somebody where the invitation leads. A role that they have is kept where it is the higher one.

    Raises:
        NotInvited: it is used up, too old or withdrawn; or another was faster.
    """
    with transaction.atomic():
        good = Invitation.objects.good(timezone.now()).filter(pk=invitation.pk)
        if good.update(uses_left=F("uses_left") - 1, email="") != 1:
            raise NotInvited
        course, cohort, role = invitation.cohort.course, invitation.cohort, Role(invitation.role)
        enrollment = enroll(user, course, role=role, cohort=cohort)
        kept = max(Role(enrollment.role), role, key=lambda one: RANK[one])
        moved = cohort if enrollment.cohort.slug == SELF_PACED or kept == role else enrollment.cohort
        teaching.change_enrollment(enrollment, role=kept, cohort=moved, by=invitation.created_by or user)
        teaching.record(user, "enrollment.join", enrollment, invitation=invitation.pk, role=str(kept))
    return enrollment
