"""The files of a submission: what is accepted, and a sentence for what is not."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import PurePosixPath, PureWindowsPath

from django.utils.translation import gettext as _

MAX_FILE_BYTES = 256 * 1024
MAX_TOTAL_BYTES = 1024 * 1024
MAX_NAME_SHOWN = 80
#: Control characters that a text may hold; any other one says "binary".
TEXT_CONTROLS = frozenset("\t\n\r\f\x1b")


class FilesRefused(Exception):
    """These files cannot be handed in. The message is a sentence for the student; ``status`` is HTTP's word for it."""

    status = 400


class FilesTooLarge(FilesRefused):
    status = 413


def clean_files(files: Mapping[str, object], *, declared: Collection[str]) -> dict[str, str]:
    """The submitted files as the grader takes them: in the declared order, with plain line ends.

    Raises:
        FilesRefused: a name is not the exercise's, a file is missing, not text, or everything is empty.
        FilesTooLarge: a file, or all of them together, are larger than allowed.
    """
    if not files:
        raise FilesRefused(_("The submission holds no file. Expected: %(names)s.") % {"names": _names(declared)})
    clean = clean_draft(files, declared=declared)
    missing = [name for name in declared if name not in clean]
    if missing:
        raise FilesRefused(_("A file is missing: %(names)s.") % {"names": _names(missing)})
    if not any(text.strip() for text in clean.values()):
        raise FilesRefused(_("The submission is empty. Write your answer first."))
    return clean


def clean_draft(files: Mapping[str, object], *, declared: Collection[str]) -> dict[str, str]:
    """Files that are kept but not graded yet: they may be empty or missing, never foreign, binary or too large."""
    for name in files:
        _check_name(name, declared)
    clean = {name: _text(name, files[name]) for name in declared if name in files}
    _check_sizes(clean)
    return clean


def _names(names: Collection[str]) -> str:
    return ", ".join(names)


def _check_name(name: str, declared: Collection[str]) -> None:
    if name in declared:
        return
    shown = ascii(name[:MAX_NAME_SHOWN])[1:-1]
    expected = {"name": shown, "names": _names(declared)}
    if PurePosixPath(name).is_absolute() or PureWindowsPath(name).is_absolute() or PureWindowsPath(name).drive:
        raise FilesRefused(_("“%(name)s” is an absolute path. Send plain file names: %(names)s.") % expected)
    if ".." in PurePosixPath(name.replace("\\", "/")).parts:
        raise FilesRefused(_("“%(name)s” leads out of the submission. Send plain file names: %(names)s.") % expected)
    raise FilesRefused(_("“%(name)s” is not a file of this exercise. Expected: %(names)s.") % expected)


def _text(name: str, content: object) -> str:
    if not isinstance(content, str):
        raise FilesRefused(_("“%(name)s” must be text.") % {"name": name})
    if len(content) > MAX_TOTAL_BYTES:
        raise FilesTooLarge(_too_large(name))
    binary = any((char < " " and char not in TEXT_CONTROLS) or "\ud800" <= char <= "\udfff" for char in content)
    if binary:
        raise FilesRefused(_("“%(name)s” is not a text file: it holds bytes that no text has.") % {"name": name})
    return content.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def _check_sizes(files: Mapping[str, str]) -> None:
    sizes = {name: len(text.encode()) for name, text in files.items()}
    for name, size in sizes.items():
        if size > MAX_FILE_BYTES:
            raise FilesTooLarge(_too_large(name))
    if sum(sizes.values()) > MAX_TOTAL_BYTES:
        raise FilesTooLarge(_("The files are larger than %(limit)d KB together.") % {"limit": MAX_TOTAL_BYTES // 1024})


def _too_large(name: str) -> str:
    return _("“%(name)s” is larger than %(limit)d KB.") % {"name": name, "limit": MAX_FILE_BYTES // 1024}
