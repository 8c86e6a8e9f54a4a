"""An uploaded archive as a course folder. It comes from outside: names and sizes are checked before writing."""

from __future__ import annotations

import re
import stat
import zipfile
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

MAX_UPLOAD = 100 * 1024 * 1024
MAX_UNPACKED = 512 * 1024 * 1024
MAX_ENTRIES = 10_000
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
#: What archivers of desktops add.
_LITTER = ("__MACOSX/", ".DS_Store", "Thumbs.db")


class ArchiveInvalid(ValueError):
    """The archive cannot be a course; the text says why and what would be right."""


def unpack(upload: BinaryIO | UploadedFile[Any], into: Path, *, name: str) -> Path:
    """Unpack a zip file below ``into``; the course's folder, whose name is the course's slug.

    A single folder at the top of the archive is the course; otherwise the archive's own ``name`` is the slug.
    """
    try:
        archive = zipfile.ZipFile(upload)
    except (zipfile.BadZipFile, OSError) as error:
        raise ArchiveInvalid(_("This file is not a zip archive. Pack the course's folder as .zip.")) from error
    with archive:
        entries = [entry for entry in archive.infolist() if not _is_litter(entry)]
        _check(entries)
        tops = {PurePosixPath(entry.filename).parts[0] for entry in entries}
        is_wrapped = len(tops) == 1 and all("/" in entry.filename for entry in entries)
        slug = tops.pop() if is_wrapped else PurePosixPath(name).stem
        if not _SLUG.fullmatch(slug):
            message = _(
                "The course's address would be “%(slug)s”. Name the folder with small letters, digits and hyphens."
            )
            raise ArchiveInvalid(message % {"slug": slug[:80]})
        folder = into / slug
        folder.mkdir()
        for entry in entries:
            inside = (
                PurePosixPath(*PurePosixPath(entry.filename).parts[1:]) if is_wrapped else PurePosixPath(entry.filename)
            )
            _write(archive, entry, folder / inside)
    return folder


def _is_litter(entry: zipfile.ZipInfo) -> bool:
    return entry.is_dir() or entry.filename.startswith(_LITTER[0]) or entry.filename.endswith(_LITTER[1:])


def _check(entries: list[zipfile.ZipInfo]) -> None:
    if not entries:
        raise ArchiveInvalid(_("The archive is empty."))
    if len(entries) > MAX_ENTRIES or sum(entry.file_size for entry in entries) > MAX_UNPACKED:
        message = _("The archive is too large: at most %(files)s files and %(size)s MB.")
        raise ArchiveInvalid(message % {"files": MAX_ENTRIES, "size": MAX_UNPACKED // 2**20})
    for entry in entries:
        path = PurePosixPath(entry.filename)
        is_link = stat.S_ISLNK(entry.external_attr >> 16)
        if path.is_absolute() or ".." in path.parts or "\\" in entry.filename or "\0" in entry.filename or is_link:
            raise ArchiveInvalid(_("“%(name)s” is no plain file inside the course.") % {"name": entry.filename[:200]})
        if entry.flag_bits & 1:
            raise ArchiveInvalid(_("The archive has a password. Pack it without one."))


def _write(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    left = entry.file_size
    try:
        with archive.open(entry) as source, path.open("xb") as target:
            while chunk := source.read(min(left, 1 << 20) + 1):
                left -= len(chunk)
                if left < 0:
                    raise ArchiveInvalid(_("“%(name)s” is larger than the archive says.") % {"name": entry.filename})
                target.write(chunk)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError) as error:
        raise ArchiveInvalid(_("“%(name)s” cannot be unpacked.") % {"name": entry.filename[:200]}) from error
