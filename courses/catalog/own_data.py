"""What the catalogue keeps of a person: the chapters that they opened and finished. It stays, without a name."""

from __future__ import annotations

from courses.accounts.models import User
from courses.accounts.personal import Contents, Section
from courses.catalog.models import ChapterProgress


def export(user: User) -> Contents:
    fields = ("course__slug", "chapter", "read_at", "done_at")
    return {"progress.json": list(ChapterProgress.objects.filter(user=user).values(*fields))}


def forget(user: User) -> None:  # noqa: ARG001  # nothing in these rows is about anybody once the name is gone
    return


SECTION = Section(name="catalog", models=frozenset({"catalog.ChapterProgress"}), export=export, forget=forget)
