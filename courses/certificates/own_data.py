"""What certificates keep of a person. They go with the account: their address then says that there is none."""

from __future__ import annotations

from courses.accounts.models import User
from courses.accounts.personal import Contents, Section
from courses.certificates.models import Certificate


def export(user: User) -> Contents:
    fields = ("course__slug", "code", "name", "statement", "issued", "signature", "revoked", "reason")
    return {"certificates.json": list(Certificate.objects.filter(user=user).values(*fields))}


def forget(user: User) -> None:
    Certificate.objects.filter(user=user).delete()


SECTION = Section(name="certificates", models=frozenset({"certificates.Certificate"}), export=export, forget=forget)
