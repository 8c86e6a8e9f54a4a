"""What this app itself keeps of a person."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.contrib.admin.models import LogEntry
from django.utils.translation import gettext as _

from courses.accounts.models import User
from courses.accounts.personal import Contents, Section
from workers.audit.models import AuditEvent
from workers.audit.trail import PERSON


def export(user: User) -> Contents:
    """Everything but secrets: of passwords, tokens and second factors only that there are some."""
    account = {
        name: getattr(user, name)
        for name in (
            "username",
            "first_name",
            "last_name",
            "email",
            "language",
            "time_zone",
            "date_joined",
            "last_login",
        )
    }
    return {
        "account.json": {
            **account,
            "addresses": list(EmailAddress.objects.filter(user=user).values("email", "verified", "primary")),
            "second_factors": list(
                Authenticator.objects.filter(user=user).values("type", "created_at", "last_used_at")
            ),
            "providers": list(SocialAccount.objects.filter(user=user).values("provider", "uid", "extra_data")),
        },
        "tokens.json": list(user.api_tokens.values("name", "prefix", "created", "last_used")),
        "sign-ins.json": list(
            UserSession.objects.filter(user=user).values("ip", "user_agent", "created_at", "last_seen_at")
        ),
        "audit.json": list(
            AuditEvent.objects.filter(actor=f"{PERSON}{user.pk}").values("at", "action", "subject", "details")
        ),
    }


def forget(user: User) -> None:
    user.api_tokens.all().delete()
    for model in (EmailAddress, Authenticator, SocialAccount, UserSession, LogEntry):
        model.objects.filter(user=user).delete()


def obstacles(user: User) -> list[str]:
    others = User.objects.filter(is_superuser=True, is_active=True).exclude(pk=user.pk)
    if user.is_superuser and not others.exists():
        return [_("You are the only one who administers this site. Give somebody else that right first.")]
    return []


SECTION = Section(
    name="accounts",
    models=frozenset(
        {
            "accounts.ApiToken",
            "account.EmailAddress",
            "mfa.Authenticator",
            "socialaccount.SocialAccount",
            "usersessions.UserSession",
            "admin.LogEntry",
            "accounts.User_groups",
            "accounts.User_user_permissions",
        }
    ),
    export=export,
    forget=forget,
    obstacles=obstacles,
)
