"""What publishing a course does for its competitions: an edition in each release, and baselines as entries."""

from __future__ import annotations

from django.utils import timezone

from courses.authoring.models import Release
from courses.authoring.source import tree
from courses.authoring.source.competitions import FOLDER, SPEC, facts
from courses.catalog.models import Course
from courses.competitions import entering
from courses.competitions.models import Competition, Edition, Team
from graders.bundle import pack
from graders.competition import scoring_files, split_rows
from graders.problems import Problem
from workers.pools import bundles


def check_names(course: tree.Course) -> None:
    """Raises ``CourseInvalid`` where another course has a competition of the same name: addresses are the site's."""
    slugs = [competition.slug for competition in course.competitions]
    taken = Competition.objects.filter(slug__in=slugs).exclude(course__slug=course.slug)
    problems = [
        Problem(
            file=f"{FOLDER}/{slug}/{SPEC}",
            line=0,
            message=f"another course has a competition `{slug}`",
            expected="a name of its own on this site, that is another folder",
        )
        for slug in taken.values_list("slug", flat=True)
    ]
    if problems:
        raise tree.CourseInvalid(problems)


def write(course: tree.Course, release: Release) -> None:
    """Write the editions of a new release, in its transaction."""
    for competition in course.competitions:
        _write(competition, course, release)


def _write(competition: tree.Competition, course: tree.Course, release: Release) -> None:
    row, _created = Competition.objects.get_or_create(
        slug=competition.slug, defaults={"course": Course.objects.get(slug=course.slug)}
    )
    about = competition.about
    spec = about.model_dump(mode="json")
    public: tuple[str, ...] = ()
    if competition.labels is not None and about.split is not None:
        labels = competition.labels
        public = split_rows(labels, share=about.split.public, seed=about.split.seed, kept=row.split)
        chosen = frozenset(public)
        row.split = {**row.split, **{name: name in chosen for name in labels.ids}}
        row.save(update_fields=["split"])
    files = scoring_files(spec, test=competition.test, public=public, data=competition.given, hidden=competition.hidden)
    Edition.objects.create(
        competition=row,
        release=release,
        title=about.title,
        summary=about.summary,
        spec={name: value for name, value in spec.items() if name not in ("split", "title", "summary")},
        texts=competition.texts,
        files=facts(competition)["files"],
        ids=list(competition.labels.ids) if competition.labels else [],
        bundle=bundles.store(pack(files)),
        cohort=about.cohort or "",
        baselines=competition.baselines,
    )


def adopt(release: Release) -> None:
    """The release becomes what everybody sees: what is new in it gets its scoring, and its baselines are entered.

    A competition that has entries keeps the scoring that they were scored with; its organiser decides, with a preview,
    when all are scored anew (``rescoring``).
    """
    for edition in Edition.objects.filter(release=release).select_related("competition"):
        competition = edition.competition
        scored_by = competition.scored_by
        people = competition.entries.filter(team__baseline="")
        if scored_by is None or scored_by.bundle == edition.bundle or not people.exists():
            renewed = scored_by is not None and scored_by.bundle != edition.bundle
            competition.scored_by = edition
            competition.save(update_fields=["scored_by"])
            if renewed:
                competition.entries.all().delete()  # of baselines alone: they are entered again below
        _enter_baselines(edition)


def _enter_baselines(edition: Edition) -> None:
    now = timezone.now()
    for baseline in edition.spec["baselines"]:
        slug, files = baseline["slug"], edition.baselines[baseline["slug"]]
        team, _created = Team.objects.get_or_create(
            competition=edition.competition,
            baseline=slug,
            defaults={"name": f"baseline: {slug}"[:60], "created": now},
        )
        entering.enter_baseline(team, edition, files=files, at=now)
