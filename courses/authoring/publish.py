"""Publishing a course folder as a release, and going back to an earlier one."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from courses.accounts.models import User
from courses.authoring.keeping import keep, memory_of
from courses.authoring.models import Release, ReleaseFile, SourceFile
from courses.authoring.source import tree
from courses.authoring.source.folder import read_course
from courses.authoring.source.schema import EntrySchema
from courses.authoring.source.tree import CourseInvalid
from courses.catalog.models import Chapter, Course, Exercise, Page
from courses.competitions import publishing as competitions
from courses.library.models import Entry
from courses.quizzes.models import Placement, Quiz
from courses.search.indexing import index_release
from courses.search.models import Passage
from graders.exercise import Exercise as GradedExercise
from workers.audit import trail
from workers.audit.trail import PERSON
from workers.pools import bundles

__all__ = ["CourseInvalid", "discard", "make_current", "prepare", "publish", "roll_back"]

#: What of a course row is a release's, and comes back with it.
ABOUT = ("title", "summary", "languages", "licence", "pass_mark", "chapter_done")


def publish(folder: Path, *, by: User | None) -> Release:
    """Make what the folder holds the course's current release; the site switches to it in one transaction.

    Raises ``CourseInvalid`` with every mistake in the folder; nothing has changed then. A folder that is the current
    release already makes no new one, and one that was an earlier release makes that one current again.
    """
    release = prepare(folder, by=by)
    make_current(release, by=by)
    return release


def prepare(folder: Path, *, by: User | None) -> Release:
    """Make a release of what the folder holds, seen only by those who may publish the course. Raises as ``publish``."""
    slug = folder.resolve().name
    memory = memory_of(slug)
    course = read_course(folder, SiteUrls(slug), memory)
    competitions.check_names(course)
    with transaction.atomic():
        row, _created = Course.objects.get_or_create(slug=course.slug)
        row = Course.objects.select_for_update().get(pk=row.pk)  # two who publish at once take turns
        earlier = row.releases.filter(digest=course.digest).order_by("-number").first()
        keep(row, memory)
        return earlier or _write(course, row, by=by)


def make_current(release: Release, *, by: User | None) -> None:
    """Show everybody a release that was prepared, or that was current once."""
    with transaction.atomic():
        row = Course.objects.select_for_update().get(pk=release.course_id)
        if row.current_release_id == release.pk:
            return
        before = row.current_release
        row.current_release = release
        for name in ABOUT:
            setattr(row, name, release.course_texts[name])
        row.save(update_fields=["current_release", *ABOUT])
        release.course = row
        index_release(row, release, Passage.objects, before=before)
        competitions.adopt(release)
        if release.published_at is None:
            release.published_at = timezone.now()
            release.save(update_fields=["published_at"])
        details = {"number": release.number, "before": before.number if before else None}
        actor = f"{PERSON}{by.pk}" if by is not None else "the command line"
        trail.record(actor, "release.publish", subject=f"course:{row.slug}", details=details)


def roll_back(course: Course, number: int, *, by: User | None = None) -> Release:
    """Make an earlier release the current one. Raises ``Release.DoesNotExist`` if there is none of this number."""
    release: Release = course.releases.get(number=number, published_at__isnull=False)
    make_current(release, by=by)
    return release


def discard(release: Release) -> bool:
    """Delete a release that was never published. False: it was, and stays."""
    deleted, _per_model = Release.objects.filter(pk=release.pk, published_at=None).delete()
    return deleted > 0


class SiteUrls:
    """The addresses of the pages of one course, for rendering."""

    def __init__(self, course: str) -> None:
        self.course = course

    def chapter(self, slug: str) -> str:
        return reverse("catalog:chapter", args=[self.course, slug])

    def exercise(self, slug: str) -> str:
        return reverse("exercises:workbench", args=[self.course, slug])

    def faq(self) -> str:
        return reverse("catalog:faq", args=[self.course])

    def competition(self, slug: str, page: str) -> str:
        return reverse(f"competitions:{page}", args=[slug])

    def file(self, digest: str, name: str) -> str:
        return reverse("authoring:file", args=[self.course, digest, name])


def _write(course: tree.Course, row: Course, *, by: User | None) -> Release:
    last = row.releases.order_by("-number").first()
    release = Release.objects.create(
        course=row,
        number=last.number + 1 if last else 1,
        digest=course.digest,
        course_texts=course.about.model_dump(mode="json", include=set(ABOUT)),
        created_by=by,
    )
    _write_files(course, release)
    changed, packed = _when_changed(course, row, release), _packed(row)
    for chapter in course.chapters:
        _write_chapter(chapter, release, changed, packed)
    if course.placement:
        Placement.objects.create(release=release, title=course.placement.title, spec=course.placement.questions)
    if course.faq:
        Page.objects.create(release=release, slug="faq", texts=course.faq)
    competitions.write(course, release)
    Entry.objects.bulk_create(
        _entry(entry, release, kind=kind, position=position)
        for kind, entries in course.library.items()
        for position, entry in enumerate(entries)
    )
    return release


def _write_files(course: tree.Course, release: Release) -> None:
    digests = {path: hashlib.sha256(content).hexdigest() for path, content in course.files.items()}
    known = set(SourceFile.objects.filter(digest__in=digests.values()).values_list("digest", flat=True))
    fresh = {digests[path]: content for path, content in course.files.items() if digests[path] not in known}
    SourceFile.objects.bulk_create(
        (SourceFile(digest=digest, content=content, size=len(content)) for digest, content in fresh.items()),
        ignore_conflicts=True,  # another course with the same file may be published at the same time
    )
    ReleaseFile.objects.bulk_create(
        ReleaseFile(release=release, path=path, source_id=digest, public=path in course.public)
        for path, digest in digests.items()
    )


def _when_changed(course: tree.Course, row: Course, release: Release) -> dict[str, str]:
    """Of each chapter's source, when its content last changed: taken over from the current release where it did not.

    A chapter whose text in one language is older than in another says so to its readers.
    """
    before = row.current_release
    now = release.created.isoformat()
    changed = {text["source"]: now for chapter in course.chapters for text in chapter.texts.values()}
    if before is None:
        return changed
    digests = dict(before.files.filter(path__in=changed).values_list("path", "source_id"))
    for texts in before.chapters.values_list("texts", flat=True):
        for text in texts.values():
            source = text.get("source", "")
            if source in changed and digests.get(source) == hashlib.sha256(course.files[source]).hexdigest():
                changed[source] = text.get("changed", now)
    return changed


def _packed(row: Course) -> dict[str, str]:
    """The bundles of the current release by the digest of what is in them, which is all that a bundle depends on."""
    return dict(Exercise.objects.filter(release=row.current_release).values_list("exercise_digest", "bundle"))


def _write_chapter(
    chapter: tree.Chapter, release: Release, changed: Mapping[str, str], packed: Mapping[str, str]
) -> None:
    texts = {language: {**text, "changed": changed[text["source"]]} for language, text in chapter.texts.items()}
    row = Chapter.objects.create(release=release, slug=chapter.slug, position=chapter.number, texts=texts)
    Quiz.objects.bulk_create(
        Quiz(release=release, chapter=row, slug=quiz.slug, title=quiz.title, spec=quiz.questions)
        for quiz in chapter.quizzes
    )
    for place, exercise in enumerate(chapter.exercises, start=1):
        graded = exercise.graded
        Exercise.objects.create(
            release=release,
            chapter=row,
            slug=graded.slug,
            position=place,
            title=graded.title,
            points=graded.points,
            statement=exercise.statement,
            spec=spec_of(graded),
            starter=exercise.starter,
            solution=exercise.solution,
            visible_test=exercise.visible_test,
            bundle=packed.get(graded.digest) or bundles.store(graded.pack()),
            exercise_digest=graded.digest,
            pool=graded.default_pool,
        )


def spec_of(graded: GradedExercise) -> dict[str, Any]:
    """exercise.yaml as data. Tests are a list: a database keeps no order of keys."""
    return {
        "mode": graded.mode,
        "files": list(graded.files),
        "runtime": graded.runtime,
        "needs": graded.needs.model_dump(),
        "limits": asdict(graded.limits),
        "sizes": dict(graded.sizes),
        "cpu": asdict(graded.cpu) if graded.cpu is not None else None,
        "attempts": graded.attempts,
        "counts": graded.counts,
        "supersede": graded.supersede,
        "solution": graded.solution,
        "forbid": list(graded.forbid),
        "prerequisites": list(graded.prerequisites),
        "predictions": graded.predictions.model_dump(mode="json") if graded.predictions else None,
        "tests": [asdict(test) for test in graded.tests.values()],
        "manual": [asdict(part) for part in graded.manual.values()],
    }


def _entry(entry: EntrySchema, release: Release, *, kind: str, position: int) -> Entry:
    people = entry.authors if isinstance(entry.authors, str) else ", ".join(entry.authors)
    languages = list(dict.fromkeys([*([entry.language] if entry.language else []), *entry.languages]))
    title, summary = _texts(entry.title), _texts(entry.summary)
    words = [*title.values(), *summary.values(), people, entry.organiser, entry.dates.place, *entry.topics]
    return Entry(
        release=release,
        kind=kind,
        slug=entry.slug,
        position=position,
        title=title,
        summary=summary,
        url=entry.url,
        people=(people or entry.organiser)[:400],
        year=entry.year or (entry.dates.start.year if entry.dates.start else None),
        languages=languages,
        level=entry.level or "",
        topics=list(entry.topics),
        start=entry.dates.start,
        end=entry.dates.end,
        deadline=entry.dates.deadline,
        place=entry.dates.place,
        language_index=_index(languages),
        topic_index=_index(entry.topics),
        search_index=" ".join(words).lower(),
    )


def _texts(value: str | Mapping[str, str]) -> dict[str, str]:
    """A title that is the same in every language, such as that of a paper, stands under one that nobody reads in."""
    return {"und": value} if isinstance(value, str) else dict(value)


def _index(values: list[str] | tuple[str, ...]) -> str:
    return f",{','.join(values)}," if values else ""
