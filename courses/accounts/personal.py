"""What the platform knows of a person: handed to them on request, and forgotten when they delete their account.

Each app that keeps something of people registers a ``Section`` in its ``AppConfig.ready``. A test demands that every
table that points at accounts is named in one.
"""

from __future__ import annotations

import io
import json
import secrets
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.utils import timezone

from courses.accounts import sign_ins
from courses.accounts.models import User
from workers.audit import trail
from workers.audit.trail import PERSON

#: A path in the archive, and what stands there: a text as it is, anything else as JSON.
Contents = Mapping[str, object]


def no_obstacle(_user: User) -> list[str]:
    return []


@dataclass(frozen=True, kw_only=True)
class Section:
    """What one app keeps of people."""

    name: str
    models: frozenset[str]  #: the tables it answers for, e.g. "exercises.Draft"
    export: Callable[[User], Contents]
    forget: Callable[[User], None]  #: called in the transaction that deletes the account
    obstacles: Callable[[User], list[str]] = field(default=no_obstacle)  #: why the account cannot be deleted now


class CannotDelete(Exception):
    """The account cannot be deleted now; ``reasons`` says why, and what to do first."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = reasons


class Registry:
    """The sections, in the order of their registration: the one that is forgotten last is registered first."""

    def __init__(self) -> None:
        self.sections: dict[str, Section] = {}

    def register(self, section: Section) -> None:
        self.sections[section.name] = section

    def __iter__(self) -> Iterator[Section]:
        return iter(self.sections.values())


registry = Registry()


def archive_of(user: User) -> bytes:
    """A zip archive of everything, readable by people and by programs."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for section in registry:
            for path, content in section.export(user).items():
                text = (
                    content
                    if isinstance(content, str)
                    else json.dumps(content, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)
                )
                archive.writestr(_inside(path), text)
    return packed.getvalue()


def _inside(path: str) -> str:
    """A path that stays in the folder where somebody unpacks it, whatever a file was called."""
    return str(PurePosixPath(*(part for part in PurePosixPath(path).parts if part not in ("/", "..", "."))))


def obstacles(user: User) -> list[str]:
    return [reason for section in registry for reason in section.obstacles(user)]


def delete_account(user: User) -> None:
    """Forget a person. Their row stays, without a name, for what is kept of their work.

    Raises:
        CannotDelete: somebody else must do something first.
    """
    with transaction.atomic():
        if reasons := obstacles(user):
            raise CannotDelete(reasons)
        sign_ins.end_all(user)
        for section in reversed(list(registry)):
            section.forget(user)
        user.username = f"deleted-{secrets.token_hex(8)}"
        user.first_name = user.last_name = user.email = user.language = user.time_zone = ""
        user.set_unusable_password()
        user.is_active = user.is_staff = user.is_superuser = False
        user.last_login, user.deleted = None, timezone.now()
        user.save()
        user.groups.clear()
        user.user_permissions.clear()
        trail.record(f"{PERSON}{user.pk}", "account.delete", subject=f"{PERSON}{user.pk}")
