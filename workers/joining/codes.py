"""Making and using up the codes with which machines join."""

from __future__ import annotations

import base64
import hashlib
import secrets
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit, urlunsplit

import redis
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from workers import keys
from workers.audit import trail
from workers.joining.models import JoinCode
from workers.pools import access, valkey
from workers.pools.models import Node, WorkerPool

VALID = timedelta(minutes=30)
#: Used and lapsed codes are forgotten after this long.
KEEP = timedelta(days=1)
LOOPBACK = ("127.0.0.1", "::1", "localhost")


class JoiningRefused(Exception):
    """The machine cannot join. The message is a sentence for whoever sits before it."""


@dataclass(frozen=True, kw_only=True)
class Joined:
    """What the machine is told, once."""

    node: str
    url: str  #: the broker, with the node's own user and password


def free_name(pool: WorkerPool) -> str:
    """A name for the next machine of a pool: cpu-1, cpu-2 …"""
    taken = {*Node.objects.values_list("name", flat=True), *_promised()}
    return next(name for number in range(1, len(taken) + 2) if (name := f"{pool.name[:40]}-{number}") not in taken)


def _promised() -> set[str]:
    """Names for which a machine may still come."""
    open_codes = JoinCode.objects.filter(used=None, expires__gt=timezone.now())
    return set(open_codes.values_list("node", flat=True))


@transaction.atomic
def issue(pool: WorkerPool, *, node: str, actor: str) -> str:
    """Make a code for a machine that will be called ``node``. Its text is returned this once and stored nowhere.

    Raises:
        JoiningRefused: no machine can have that name.
    """
    if not keys.NODE_NAME.fullmatch(node):
        raise JoiningRefused(_("A machine's name has small letters, digits and hyphens, at most 48."))
    if Node.objects.filter(name=node).exists() or node in _promised():
        raise JoiningRefused(_("There is a machine of this name, or a code for one: choose another name."))
    code = base64.b32encode(secrets.token_bytes(15)).decode()
    now = timezone.now()
    JoinCode.objects.filter(expires__lt=now - KEEP).delete()
    JoinCode.objects.create(digest=_digest(code), pool=pool, node=node, expires=now + VALID)
    trail.record(actor, "node.invite", subject=f"node:{node}", details={"pool": pool.name})
    return "-".join(code[start : start + 6] for start in range(0, len(code), 6))


def redeem(text: str, *, from_loopback: bool) -> Joined:
    """Use a code up: make its node, and tell the address at which it reaches the broker.

    Raises:
        JoiningRefused: the code is wrong, used or too old, or this platform's broker cannot be reached from there.
    """
    broker = _broker(from_loopback=from_loopback)
    with transaction.atomic():
        now = timezone.now()
        code = JoinCode.objects.select_related("pool").filter(digest=_digest(text)).first()
        good = JoinCode.objects.filter(digest=_digest(text), used=None, expires__gt=now)
        if code is None or good.update(used=now) != 1:
            raise JoiningRefused("The code is wrong, used or older than 30 minutes. Make a new one on the pools' page.")
        try:
            node, password = access.make(code.node, pool=code.pool.name)
        except access.NodeExists as error:
            raise JoiningRefused(f"Meanwhile {error}. Make a code for another name on the pools' page.") from error
        trail.record(
            "a machine with a code", "node.join", subject=f"node:{node.name}", details={"pool": code.pool.name}
        )
    with suppress(redis.RedisError):  # if Valkey is away, the dispatcher lets it in: it compares every few seconds
        access.grant(valkey.prompt(), [node])
    parts = urlsplit(broker)
    place = parts.netloc.rpartition("@")[2]
    return Joined(
        node=node.name, url=urlunsplit(parts._replace(netloc=f"{keys.node_user(node.name)}:{password}@{place}"))
    )


def _broker(*, from_loopback: bool) -> str:
    """The broker as the machine sees it."""
    if settings.NODE_REDIS_URL:
        return str(settings.NODE_REDIS_URL)
    if urlsplit(settings.REDIS_URL).hostname in LOOPBACK and not from_loopback:
        raise JoiningRefused(
            "This platform's broker listens on its own machine alone. Its operator sets NODE_REDIS_URL to the address "
            "at which machines reach it, for example rediss://valkey.example.org:6380/0."
        )
    return str(settings.REDIS_URL)


def _digest(code: str) -> str:
    """A code carries 120 random bits, so a plain hash is as good as a slow one. How it is typed does not matter."""
    plain = "".join(code.upper().split()).replace("-", "")
    return hashlib.sha256(plain.encode("utf-8", "surrogatepass")).hexdigest()
