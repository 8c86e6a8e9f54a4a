"""What django-allauth asks us: who may sign up, and how secrets of second factors are kept."""

from __future__ import annotations

import base64
import hashlib
import io
import secrets
import time

import qrcode
from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.http import HttpRequest
from qrcode.image.svg import SvgPathFillImage

from courses.accounts import two_factor
from courses.accounts.models import User
from courses.accounts.sign_ins import SEEN

#: In the session of somebody who followed an invitation: they may sign up even where others may not.
INVITED = "invited"


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types, here and below
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return settings.SIGN_UP == "open" or INVITED in request.session

    def login(self, request: HttpRequest, user: User) -> None:
        super().login(request, user)
        request.session[SEEN] = int(time.time())


class ProviderAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:  # noqa: ARG002
        """Whom the operator's own identity provider knows belongs here."""
        return True


class TwoFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Second factors are encrypted with the site's secret key: who reads the database or a back-up cannot use them."""

    def encrypt(self, text: str) -> str:
        return _fernet().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """The secret; where the site's key was changed, one that matches nothing: the page says "wrong code"."""
        try:
            return _fernet().decrypt(encrypted_text.encode()).decode()
        except InvalidToken:
            return base64.b32encode(secrets.token_bytes(20)).decode()

    def build_totp_svg(self, url: str) -> str:
        """With paper of its own, which a reader of codes needs on a dark page too."""
        drawn = io.BytesIO()
        qrcode.make(url, image_factory=SvgPathFillImage).save(drawn)
        return drawn.getvalue().decode()

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        return not two_factor.is_required_of(authenticator.user)


def _fernet() -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    digests = [hashlib.sha256(b"gradus.two-factor\0" + key.encode()).digest() for key in keys]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])
