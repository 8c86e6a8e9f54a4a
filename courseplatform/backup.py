"""The whole database in one file, and back: accounts, courses, submissions, grades, bundles, the audit trail.

The file is a compressed tar: ``manifest.json`` (what it is, by which migrations), then the data: SQLite's own copy of
itself, or, for PostgreSQL, one ``COPY`` per table, all of one moment. That needs no program beside Python, and any
PostgreSQL can read it. Files that people uploaded lie beside it, below ``files/``. Valkey holds nothing worth keeping.
"""

from __future__ import annotations

import io
import json
import os
import sqlite3
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from workers.pools.clock import database_now
from workers.pools.models import DispatcherLease

FORMAT = 1
MANIFEST = "manifest.json"
SQLITE = "database.sqlite3"
TABLES = "tables/"
FILES = "files"


class BackupRefused(Exception):
    """It would overwrite something, or the file cannot be used; the message says what to do."""


@dataclass(frozen=True, kw_only=True)
class Summary:
    """What was written or read."""

    rows: dict[str, int]  #: by table
    data_bytes: int  #: of the data, before compression
    file_bytes: int  #: of the backup itself


def write(path: Path, *, force: bool = False) -> Summary:
    """Write everything to ``path``, whole or not at all. Only its owner can read it: it holds password hashes.

    Raises:
        BackupRefused: there is a file already, and ``force`` was not given.
    """
    if path.exists() and not force:
        raise BackupRefused(f"{path} exists already; choose another name, or add --force to overwrite it")
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            rows, size = _write_archive(file)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)
    return Summary(rows=rows, data_bytes=size, file_bytes=path.stat().st_size)


def _write_archive(file: Any) -> tuple[dict[str, int], int]:
    with (
        tempfile.TemporaryDirectory(prefix="gradus-backup-") as folder,
        tarfile.open(fileobj=file, mode="w:gz", compresslevel=6) as archive,
    ):
        rows = _dump(Path(folder))
        manifest = {
            "format": FORMAT,
            "made": timezone.now().isoformat(),
            "database": connection.vendor,
            "migrations": sorted(MigrationRecorder(connection).applied_migrations()),
            "rows": rows,
        }
        text = json.dumps(manifest, indent=1).encode()
        entry = tarfile.TarInfo(MANIFEST)
        entry.size = len(text)
        archive.addfile(entry, io.BytesIO(text))
        archive.add(folder, arcname="", filter=_anonymous)
        size = sum(path.stat().st_size for path in Path(folder).rglob("*") if path.is_file())
        if settings.MEDIA_ROOT and Path(settings.MEDIA_ROOT).is_dir():
            archive.add(settings.MEDIA_ROOT, arcname=FILES, filter=_anonymous)
    return rows, size


def _anonymous(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = ""
    return entry


def _dump(folder: Path) -> dict[str, int]:
    """Write the database's data into ``folder``, as of one moment; gives the number of rows of each table."""
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        with sqlite3.connect(folder / SQLITE) as copy:
            connection.connection.backup(copy)
            rows = {table: copy.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0] for table in _tables()}  # noqa: S608
        copy.close()
        return rows
    (folder / TABLES).mkdir()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        return {table: _copy_out(cursor, table, folder / TABLES / table) for table in _tables()}


def _tables() -> list[str]:
    """All tables of the site, but for the record of migrations, which the manifest has."""
    return sorted(set(connection.introspection.table_names()) - {"django_migrations"})


def _copy_out(cursor: Any, table: str, path: Path) -> int:
    columns = [column.name for column in connection.introspection.get_table_description(cursor, table)]
    names = ", ".join(f'"{column}"' for column in columns)
    with path.open("wb") as file:
        file.write(json.dumps(columns).encode() + b"\n")
        with cursor.copy(f'COPY "{table}" ({names}) TO STDOUT') as rows:
            for block in rows:
                file.write(block)
    return int(cursor.rowcount)


def read(path: Path, *, force: bool = False) -> Summary:
    """Put the database into the state of the backup; what is in it now is gone, and the schema is brought up to date.

    Raises:
        BackupRefused: the file is none of ours, of another kind of database or a newer Gradus; or the database is in
            use or not empty, and ``force`` was not given.
    """
    with _opened(path) as archive, tempfile.TemporaryDirectory(prefix="gradus-restore-") as place:
        manifest = _manifest(archive)
        _demand_fit(manifest)
        if not force:
            _demand_empty()
        archive.extractall(place, filter="data")
        folder = Path(place)
        if connection.vendor == "sqlite":
            _load_sqlite(folder / SQLITE)
        else:
            _load_postgresql(folder / TABLES, {(label, name) for label, name in manifest["migrations"]})
        if settings.MEDIA_ROOT and (folder / FILES).is_dir():
            for file in sorted(path for path in (folder / FILES).rglob("*") if path.is_file()):
                target = Path(settings.MEDIA_ROOT) / file.relative_to(folder / FILES)
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(file.read_bytes())
        size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    call_command("migrate", verbosity=0, interactive=False)
    return Summary(rows=manifest["rows"], data_bytes=size, file_bytes=path.stat().st_size)


@contextmanager
def _opened(path: Path) -> Iterator[tarfile.TarFile]:
    try:
        with tarfile.open(path) as archive:
            yield archive
    except FileNotFoundError:
        raise BackupRefused(f"there is no file {path}") from None
    except tarfile.ReadError as error:
        raise BackupRefused(f"{path} is no backup that `manage.py backup` has written: {error}") from error


def _manifest(archive: tarfile.TarFile) -> dict[str, Any]:
    try:
        file = archive.extractfile(MANIFEST)
        manifest = json.load(file) if file is not None else None
    except (KeyError, ValueError):
        manifest = None
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise BackupRefused(f"{archive.name!s} is no backup that `manage.py backup` of this version has written")
    return manifest


def _demand_fit(manifest: dict[str, Any]) -> None:
    if manifest["database"] != connection.vendor:
        raise BackupRefused(f"the backup is of {manifest['database']}, and DATABASE_URL is {connection.vendor}")
    known = set(MigrationExecutor(connection).loader.disk_migrations)
    unknown = [".".join(each) for each in manifest["migrations"] if each[0] in _labels() and tuple(each) not in known]
    if unknown:
        raise BackupRefused(f"the backup is of a newer Gradus: this one does not know {', '.join(unknown)}")


def _labels() -> set[str]:
    return {config.label for config in apps.get_app_configs()}


def _demand_empty() -> None:
    tables = set(connection.introspection.table_names())
    if DispatcherLease._meta.db_table in tables and DispatcherLease.objects.filter(until__gt=database_now()).exists():
        raise BackupRefused("the platform runs on this database: stop it first (or add --force)")
    with connection.cursor() as cursor:
        for table in ("accounts_user", "catalog_course"):
            if table in tables:
                cursor.execute(f'SELECT count(*) FROM "{table}"')  # noqa: S608
                if cursor.fetchone()[0]:
                    raise BackupRefused("the database is not empty: add --force to put the backup in its place")


def _load_sqlite(copy: Path) -> None:
    connection.ensure_connection()
    with sqlite3.connect(copy) as backup:
        backup.backup(connection.connection)
    backup.close()


def _load_postgresql(folder: Path, migrations: set[tuple[str, str]]) -> None:
    """Make the schema as it was, then fill it: constraints are checked at the end of the one transaction."""
    with transaction.atomic(), connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f'DROP TABLE "{table}" CASCADE')
    executor = MigrationExecutor(connection)
    nodes = {key: node for key, node in executor.loader.graph.node_map.items() if key in migrations}
    last = [key for key, node in nodes.items() if not any(c.key in nodes and c.key[0] == key[0] for c in node.children)]
    executor.migrate(last)
    with transaction.atomic(), connection.cursor() as cursor:
        for table in _tables():
            cursor.execute(f'DELETE FROM "{table}"')  # noqa: S608  # what data migrations have written
        for path in sorted(folder.iterdir()):
            _copy_in(cursor, path)
        for statement in connection.ops.sequence_reset_sql(no_style(), apps.get_models(include_auto_created=True)):
            cursor.execute(statement)


def _copy_in(cursor: Any, path: Path) -> None:
    with path.open("rb") as file:
        names = ", ".join(f'"{column}"' for column in json.loads(file.readline()))
        with cursor.copy(f'COPY "{path.name}" ({names}) FROM STDIN') as rows:
            while block := file.read(1 << 20):
                rows.write(block)
