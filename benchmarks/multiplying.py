"""Rows by the hundred thousand: the database itself copies a few that Django has written."""

from __future__ import annotations

from collections.abc import Mapping

from django.core.management.color import no_style
from django.db import connection, models

#: SQL that the numbers of rows go into as ``i``: from 0 on.
Expression = str


def multiply(model: type[models.Model], count: int, changes: Mapping[str, Expression], *, every: str = "0") -> None:
    """Make ``count`` rows of ``model`` from those that there are, with the keys 1 to ``count``; those there are go.

    Args:
        changes: SQL for the columns that differ, in which ``i`` is the row's number from 0 on.
        every: SQL for which of the rows that there are, in their order from 0 on, row ``i`` copies.
    """
    quote = connection.ops.quote_name
    table, key = quote(model._meta.db_table), quote("id")
    columns = [str(field.column) for field in model._meta.concrete_fields if not field.primary_key]
    values = [changes.get(column, f"t.{quote(column)}") for column in columns]
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMPORARY TABLE template AS SELECT * FROM {table}")
        cursor.execute(f"DELETE FROM {table}")
        cursor.execute(f"SELECT min({key}) FROM template")
        (first,) = cursor.fetchone()
        cursor.execute(
            f"INSERT INTO {table} ({key}, {', '.join(map(quote, columns))}) "
            f"WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < {count:d}) "
            f"SELECT i + 1, {', '.join(values)} FROM n JOIN template t ON t.{key} = {first:d} + {every}"
        )
        cursor.execute("DROP TABLE template")
        for statement in connection.ops.sequence_reset_sql(no_style(), [model]):
            cursor.execute(statement)


def text(number: Expression) -> Expression:
    return f"CAST({number} AS text)"


def ago(moment: str, seconds: Expression) -> Expression:
    """So many seconds before ``moment``, a literal as the database keeps it, in UTC."""
    if connection.vendor == "sqlite":
        return f"strftime('%Y-%m-%d %H:%M:%S', '{moment}', '-' || ({seconds}) || ' seconds')"
    return f"CAST('{moment}+00' AS timestamptz) - ({seconds}) * INTERVAL '1 second'"


def hurry() -> None:
    """Let this connection build at the price of its safety: what a power cut takes is built again."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA synchronous = OFF")
            cursor.execute("PRAGMA cache_size = -1000000")


def settle() -> None:
    """What a database does by itself in the course of a day: it learns how its tables look."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE" if connection.vendor == "sqlite" else "VACUUM ANALYZE")
    connection.close()  # the next one has the settings that the site has
