"""What competitions keep of a person: their place in teams, what they handed in. Scores stay, without name or files."""

from __future__ import annotations

from courses.accounts.models import User
from courses.accounts.personal import Contents, Section
from courses.competitions.models import Entry, EntryFiles, Invitation, Participant, Team
from workers.pools import jobs


def export(user: User) -> Contents:
    """Entries as files, and their scores as the pages tell them: what is revealed later is not told here before."""
    contents: dict[str, object] = {}
    rows = []
    entries = Entry.objects.filter(user=user).select_related("competition", "team", "content").order_by("pk")
    for entry in entries.iterator(50):
        folder = f"entries/{entry.competition.slug}/{entry.pk}"
        contents |= {f"{folder}/{name}": text for name, text in entry.content.files.items()}
        told = {name: getattr(entry, name) for name in ("created", "phase", "note", "outcome", "public_score")}
        rows.append({"folder": folder, "team": entry.team.name, **told})
    taken = Participant.objects.filter(user=user).values("competition__slug", "team__name", "joined")
    return {**contents, "entries.json": rows, "competitions.json": list(taken)}


def forget(user: User) -> None:
    """Stop what waits, delete files, and take the name from a team that was this person's alone."""
    entries = Entry.objects.filter(user=user)
    for waiting in entries.waiting():
        if waiting.job_id is not None:
            jobs.cancel(waiting.job_id)
    EntryFiles.objects.filter(entry__user=user).delete()
    Invitation.objects.filter(by=user).delete()
    alone = Team.objects.filter(members__user=user).exclude(members__in=Participant.objects.exclude(user=user))
    for team in alone:
        Team.objects.filter(pk=team.pk).update(name=f"–{team.pk}")
    Participant.objects.filter(user=user).delete()
    entries.update(user=None, note="")


SECTION = Section(
    name="competitions",
    models=frozenset({"competitions.Entry", "competitions.Participant", "competitions.Invitation"}),
    export=export,
    forget=forget,
)
