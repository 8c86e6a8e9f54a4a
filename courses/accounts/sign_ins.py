"""Where somebody is signed in, and how that ends."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass
from datetime import datetime

from allauth.usersessions.models import UserSession
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest
from django.utils import timezone

from courses.accounts.models import User

#: In a session: when its last use was written down. Sessions that began before this was kept have none.
SEEN = "seen"
#: A use is written at most this often: a reader who turns pages does not write with each.
STEP_SECONDS = 3600
#: What browsers and systems call themselves, the more particular first: all claim to be Mozilla, many to be Safari.
BROWSERS = {"Edg": "Edge", "OPR": "Opera", "MicroMessenger": "WeChat", "Firefox": "Firefox", "Chrome": "Chrome"}
SYSTEMS = {"iPhone": "iPhone", "iPad": "iPad", "Android": "Android", "Windows": "Windows", "Mac OS": "macOS"}


@dataclass(frozen=True, kw_only=True)
class SignIn:
    """One browser in which somebody is signed in."""

    pk: int
    device: str
    ip: str
    began: datetime
    seen: datetime
    is_this: bool


def device_of(user_agent: str) -> str:
    """The browser and system that somebody would recognise, e.g. "Firefox · Linux"; empty: neither is known."""
    browsers = {**BROWSERS, "Safari": "Safari", "python": "Python", "curl": "curl"}
    systems = {**SYSTEMS, "Linux": "Linux"}
    found = [next((name for mark, name in marks.items() if mark in user_agent), "") for marks in (browsers, systems)]
    return " · ".join(filter(None, found))


def sign_ins_of(request: HttpRequest, user: User) -> list[SignIn]:
    """Every browser in which the user is signed in, the latest used first."""
    rows = UserSession.objects.purge_and_list(user)
    found = [
        SignIn(
            pk=row.pk,
            device=device_of(row.user_agent),
            ip=row.ip,
            began=row.created_at,
            seen=row.last_seen_at,
            is_this=row.session_key == request.session.session_key,
        )
        for row in rows
    ]
    return sorted(found, key=lambda one: (one.is_this, one.seen), reverse=True)


def end_all(user: User) -> None:
    """Sign the user out of every browser, those included that we know nothing of."""
    user.session_salt = secrets.token_hex(16)
    user.save(update_fields=["session_salt"])
    for row in UserSession.objects.filter(user=user):
        row.end()


def end_all_others(request: HttpRequest, user: User) -> None:
    """Sign the user out everywhere but here."""
    end_all(user)
    update_session_auth_hash(request, user)
    UserSession.objects.create_from_request(request)


def note_use(request: HttpRequest) -> None:
    """Write down that a session is in use, now and then."""
    seen = request.session.get(SEEN)
    if seen is None or time.time() - seen < STEP_SECONDS:
        return
    request.session[SEEN] = int(time.time())
    UserSession.objects.filter(session_key=request.session.session_key).update(last_seen_at=timezone.now())
