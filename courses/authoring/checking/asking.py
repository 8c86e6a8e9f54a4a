"""Which exercises of a release are checked, and asking for it. An exercise that did not change keeps its result."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from django.db import transaction

from courses.accounts.models import User
from courses.authoring.models import CheckState, ExerciseCheck, Release
from courses.catalog.models import Exercise
from workers import background
from workers.audit import trail
from workers.audit.trail import PERSON

TASK = "gradus.check_exercises"
_FILE = re.compile(r"(?:[^/]+/)*exercises/(?P<slug>[^/]+)/(?P<name>.+)")


@dataclass(frozen=True, kw_only=True)
class Checked:
    """An exercise of a release, and what is known of its tests."""

    exercise: Exercise
    digest: str  #: of its folder
    check: ExerciseCheck | None  #: None: nobody has asked since its files changed


def checks_of(release: Release) -> list[Checked]:
    """All exercises of a release in their order."""
    digests = digests_of(release)
    known = {
        (check.exercise, check.digest): check
        for check in ExerciseCheck.objects.filter(course=release.course_id, exercise__in=digests)
    }
    exercises = release.exercises.select_related("chapter").order_by("chapter__position", "position")
    return [
        Checked(exercise=each, digest=digests[each.slug], check=known.get((each.slug, digests[each.slug])))
        for each in exercises.defer("solution", "starter", "statement", "visible_test")
    ]


def digests_of(release: Release) -> dict[str, str]:
    """Of each exercise's folder, by slug: sha256 over the names and digests of its files."""
    folders: dict[str, list[str]] = defaultdict(list)
    for path, digest in release.files.order_by("path").values_list("path", "source_id"):
        if match := _FILE.fullmatch(path):
            folders[match["slug"]].append(f"{match['name']}\0{digest}")
    return {slug: hashlib.sha256("\n".join(files).encode()).hexdigest() for slug, files in folders.items()}


def files_of(release: Release, slug: str) -> dict[str, bytes]:
    """The files of an exercise's folder, by their names within it."""
    rows = release.files.filter(path__contains=f"exercises/{slug}/").select_related("source")
    matches = ((_FILE.fullmatch(row.path), bytes(row.source.content)) for row in rows)
    return {match["name"]: content for match, content in matches if match and match["slug"] == slug}


def ask(release: Release, *, by: User, only: Collection[str] | None = None) -> int:
    """Have exercises checked, all by default; how many were asked for that are not checked or being checked already."""
    with transaction.atomic():
        wanted = [each for each in checks_of(release) if only is None or each.exercise.slug in only]
        asked = 0
        for each in wanted:
            if each.check is not None and _stands(each.check, again=only is not None):
                continue
            values = {
                "release": release,
                "state": CheckState.WAITING,
                "asked_by": by,
                "answers": 0,
                "proof": None,
                "trouble": "",
                "seen": None,
                "ended": None,
            }
            ExerciseCheck.objects.update_or_create(
                course=release.course, exercise=each.exercise.slug, digest=each.digest, defaults=values
            )
            asked += 1
        if asked:
            trail.record(
                f"{PERSON}{by.pk}",
                "release.check",
                subject=f"course:{release.course.slug}",
                details={"number": release.number, "exercises": asked},
            )
            transaction.on_commit(lambda: background.ask(TASK))
    return asked


def _stands(check: ExerciseCheck, *, again: bool) -> bool:
    """One that waits or runs goes on; one that is done stands unless that exercise was asked for by name."""
    return check.state in (CheckState.WAITING, CheckState.RUNNING) or (check.state == CheckState.DONE and not again)


def stop(release: Release) -> int:
    """End the checks of a release that wait or run; how many there were."""
    going = ExerciseCheck.objects.filter(release=release, state__in=(CheckState.WAITING, CheckState.RUNNING))
    return going.update(state=CheckState.STOPPED)
