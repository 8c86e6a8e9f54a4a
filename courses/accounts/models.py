"""Who uses the platform, and the tokens with which their scripts speak for them."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

#: What everybody recognises as one of our tokens, scanners of leaked secrets too.
TOKEN_MARK = "gradus_"  # noqa: S105  # a mark, not a secret
SHOWN_CHARACTERS = 12
#: A token's last use is written at most this often, so that a polling script does not write with every read.
LAST_USE_STEP = timedelta(minutes=1)
#: A name in Chinese characters; CJK unified ideographs with their extensions A and B.
HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0002a6df]+")


class User(AbstractUser):
    """An account. What somebody may do in a course is their role in a cohort (``courses.cohorts``), not a flag here."""

    language = models.CharField(_("language"), max_length=16, blank=True)  #: empty: the browser's
    time_zone = models.CharField(_("time zone"), max_length=64, blank=True)  #: empty: the site's
    #: Part of what every session must know; changing it ends them all. Empty: nobody has signed out everywhere yet.
    session_salt = models.CharField(max_length=32, blank=True, editable=False)
    #: When its owner deleted the account; from then on the row only holds together what is kept without a name.
    deleted = models.DateTimeField(_("deleted"), null=True, editable=False)  #: null: it is in use

    def get_full_name(self) -> str:
        """First and last name; where both are Han characters the family name comes first, without a space: 李若曦."""
        if HAN.fullmatch(self.first_name) and HAN.fullmatch(self.last_name):
            return f"{self.last_name}{self.first_name}"
        return super().get_full_name()

    @property
    def display_name(self) -> str:
        """What pages call this person: their name where they gave one."""
        return gettext("deleted account") if self.deleted else self.get_full_name() or self.username

    def get_session_auth_hash(self) -> str:
        return self._with_salt(super().get_session_auth_hash())

    def get_session_auth_fallback_hash(self) -> Iterator[str]:
        return map(self._with_salt, super().get_session_auth_fallback_hash())

    def _with_salt(self, digest: str) -> str:
        return hashlib.sha256(f"{digest}{self.session_salt}".encode()).hexdigest() if self.session_salt else digest


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    def visible_to(self, user: User | AnonymousUser) -> ApiTokenQuerySet:
        """Tokens are their owner's alone."""
        return self.filter(user=user) if isinstance(user, User) else self.none()


class ApiTokenManager(models.Manager["ApiToken"]):
    def get_queryset(self) -> ApiTokenQuerySet:
        return ApiTokenQuerySet(self.model, using=self._db)

    def visible_to(self, user: User | AnonymousUser) -> ApiTokenQuerySet:
        return self.get_queryset().visible_to(user)

    def issue(self, *, user: User, name: str) -> tuple[ApiToken, str]:
        """Make a token. Its text is returned this once and stored nowhere."""
        text = TOKEN_MARK + secrets.token_urlsafe(32)
        token = self.create(user=user, name=name, prefix=text[:SHOWN_CHARACTERS], digest=digest_of(text))
        return token, text

    def user_of(self, text: str) -> User | None:
        """Whose token this is, or None where it is nobody's or its owner may not sign in."""
        token = self.select_related("user").filter(digest=digest_of(text)).first()
        if token is None or not token.user.is_active:
            return None
        token.note_use()
        return token.user


class ApiToken(models.Model):
    """A key to the API. Only its SHA-256 is kept: who reads the database cannot use it."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="api_tokens")
    name = models.CharField(_("name"), max_length=80)
    prefix = models.CharField(max_length=SHOWN_CHARACTERS)  #: the token's first characters, to tell it from others
    digest = models.CharField(max_length=64, unique=True)
    created = models.DateTimeField(auto_now_add=True)
    last_used = models.DateTimeField(null=True, blank=True)  #: null: never used

    objects = ApiTokenManager()

    class Meta:
        ordering = ["-created", "-pk"]

    def __str__(self) -> str:
        return f"{self.prefix}… ({self.name})"

    def note_use(self) -> None:
        now = timezone.now()
        if self.last_used is None or now - self.last_used > LAST_USE_STEP:
            ApiToken.objects.filter(pk=self.pk).update(last_used=now)


def digest_of(text: str) -> str:
    """A token carries 256 random bits, so a plain hash is as good as a slow one."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
