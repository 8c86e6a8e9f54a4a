"""Boards and entries as CSV: what people typed is nobody's formula, and private scores obey their rule."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence

from django.http import StreamingHttpResponse
from django.utils.http import content_disposition_header

from courses.cohorts.gradebook import BYTE_ORDER_MARK, harmless
from courses.competitions.boards import BoardName, all_rows, may_see_private
from courses.competitions.models import Edition, Entry


class _Echo:
    """A file that hands back what is written: the csv module then writes lines for a stream."""

    def write(self, text: str) -> str:
        return text


def board_csv(edition: Edition, board: BoardName) -> StreamingHttpResponse:
    head = ["rank", "team", "members", "score", "entries", "reached_at", *(["moved"] if board == "private" else [])]
    rows = (
        [
            "" if row.rank is None else row.rank,
            harmless(row.name),
            harmless(", ".join(row.members)),
            row.score,
            row.entries,
            row.at,
            *(["" if row.moved is None else row.moved] if board == "private" else []),
        ]
        for row in all_rows(edition, board)
    )
    return _stream(head, rows, name=f"{edition.competition.slug}-{board}.csv")


def entries_csv(edition: Edition) -> StreamingHttpResponse:
    """Every entry, for organisers; its private score only where everybody may see it."""
    private = may_see_private(edition, None)
    head = ["entry", "team", "user", "created", "phase", "practice", "state", "public_score", "final", "digest", "note"]
    found = Entry.objects.filter(competition=edition.competition).select_related("team", "user", "job")
    found = found.defer("job__files", "job__report").order_by("pk")

    def row(entry: Entry) -> list[object]:
        cells: list[object] = [entry.pk, harmless(entry.team.name), harmless(entry.user.username if entry.user else "")]
        cells += [entry.created.isoformat(), entry.phase, int(entry.practice), entry.state.value]
        cells += ["" if entry.public_score is None else entry.public_score, int(entry.selected), entry.digest]
        cells.append(harmless(entry.note))
        return [*cells, entry.private_score] if private else cells

    rows = (row(entry) for entry in found.iterator(chunk_size=1000))
    return _stream([*head, "private_score"] if private else head, rows, name=f"{edition.competition.slug}-entries.csv")


def _stream(head: list[str], rows: Iterable[Sequence[object]], *, name: str) -> StreamingHttpResponse:
    writer = csv.writer(_Echo(), lineterminator="\r\n")

    def lines() -> Iterator[str]:
        yield BYTE_ORDER_MARK + writer.writerow(head)
        for row in rows:
            yield writer.writerow(row)

    response = StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    return response
