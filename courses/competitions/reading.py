"""How everybody finds competitions: always the edition of the current release, 404 for what is not theirs to see."""

from __future__ import annotations

from django.http import Http404
from django.utils.translation import gettext as _

from courses.accounts.models import User
from courses.catalog.reading import Reader
from courses.cohorts.rules import is_instructor
from courses.competitions.models import Competition, Edition, EditionQuerySet, Participant

#: Large columns that no list and no board needs; whoever does gets them when they ask.
_OF_EDITION = ("texts", "files", "ids", "baselines")
LARGE = (*_OF_EDITION, "competition__split", *(f"competition__scored_by__{name}" for name in _OF_EDITION))


def editions_for(reader: Reader) -> EditionQuerySet:
    """The competitions that this reader sees, without their large columns."""
    visible = Edition.objects.current().visible_to(reader)  # type: ignore[arg-type]  # a User or anonymous
    return visible.select_related("competition__course", "competition__scored_by").defer(*LARGE)


def edition_or_404(reader: Reader, slug: str) -> Edition:
    edition: Edition | None = editions_for(reader).filter(competition__slug=slug).first()
    if edition is None:
        raise Http404(_("There is no such competition, or it is not yours to see."))
    return edition


def participant_of(reader: Reader, competition: Competition) -> Participant | None:
    if not isinstance(reader, User):
        return None
    found: Participant | None = (
        Participant.objects.filter(user=reader, competition=competition).select_related("team").first()
    )
    return found


def may_organise(reader: Reader, competition: Competition) -> bool:
    """Who teaches the course as its instructor runs its competitions, and so does a superuser."""
    return isinstance(reader, User) and (reader.is_superuser or is_instructor(reader, competition.course))
