"""The files of a submission: what is accepted, and a sentence for what is not."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import PurePosixPath, PureWindowsPath

from django.utils.translation import gettext as _

from courses.exercises.terms import Terms
from courses.exercises.wording import word
from graders.notebooks.planning import check_is_of
from graders.notebooks.reading import NotebookUnreadable, read_notebook
from graders.schema import MAX_ANSWER
from graders.table import TableRefused, decode, read_table

MAX_FILE_BYTES = MAX_ANSWER["module"]
MAX_TOTAL_BYTES = 1024 * 1024
#: Rows of a table that are looked at before it is queued; all of them are on the grading machine.
FIRST_ROWS = 1000
MAX_NAME_SHOWN = 80
#: Control characters that a text may hold; any other one says "binary".
TEXT_CONTROLS = frozenset("\t\n\r\f\x1b")


class FilesRefused(Exception):
    """These files cannot be handed in. The message is a sentence for the student; ``status`` is HTTP's word for it."""

    status = 400


class FilesTooLarge(FilesRefused):
    status = 413


def clean_answer(
    files: Mapping[str, object], terms: Terms, *, starter: Mapping[str, str] | None = None
) -> dict[str, str]:
    """What is handed in for an exercise: files of code, or the one notebook or table that its mode asks for.

    Args:
        starter: what it began with; a notebook that has no cell of it is that of another exercise.

    Raises:
        FilesRefused: it cannot be graded; for a table or notebook with the row or line.
        FilesTooLarge: it is larger than allowed.
    """
    if terms.mode == "module":
        return clean_files(files, declared=terms.files)
    if not files:
        raise FilesRefused(_("The submission holds no file. Expected: %(names)s.") % {"names": _names(terms.files)})
    for name in files:
        _check_name(name, terms.files)
    limit = MAX_ANSWER[terms.mode]
    clean = {name: _text(name, files[name], limit=limit) for name in terms.files if name in files}
    missing = [name for name in terms.files if name not in clean]
    if missing:
        raise FilesRefused(_("A file is missing: %(names)s.") % {"names": _names(missing)})
    _look_into(clean[terms.files[0]], terms, starter=(starter or {}).get(terms.files[0], ""))
    return clean


def _look_into(text: str, terms: Terms, *, starter: str) -> None:
    """A first look, so that a file that nobody could read is refused at once and waits in no queue."""
    try:
        if terms.mode == "notebook":
            cells = read_notebook(text)
            master = read_notebook(starter) if starter else ()
            if cells and any(cell.locked or "cell" in cell.ours for cell in master):  # names that survive any editor
                check_is_of(master, cells)
        elif terms.predictions is not None:
            read_table(text, id_column=terms.predictions.id, columns=terms.predictions.columns, rows=FIRST_ROWS)
    except NotebookUnreadable as error:
        raise FilesRefused(word(error.finding, {})) from error
    except TableRefused as refused:
        raise FilesRefused("\n".join(word(finding, {}) for finding in refused.findings)) from refused


def text_of_upload(name: str, content: bytes) -> str:
    """The text of an uploaded file.

    Raises:
        FilesRefused: it is not UTF-8.
    """
    try:
        return decode(content) if name.endswith(".csv") else content.decode("utf-8-sig")
    except TableRefused as refused:
        raise FilesRefused("\n".join(word(finding, {}) for finding in refused.findings)) from refused
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise FilesRefused(
            _("“%(name)s” is not UTF-8 text: line %(line)d has another byte.") % {"name": name, "line": line}
        ) from error


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


def _text(name: str, content: object, *, limit: int = MAX_TOTAL_BYTES) -> str:
    if not isinstance(content, str):
        raise FilesRefused(_("“%(name)s” must be text.") % {"name": name})
    if len(content) > limit:
        raise FilesTooLarge(_too_large(name, limit))
    binary = any((char < " " and char not in TEXT_CONTROLS) or "\ud800" <= char <= "\udfff" for char in content)
    if binary:
        raise FilesRefused(_("“%(name)s” is not a text file: it holds bytes that no text has.") % {"name": name})
    return content.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def _check_sizes(files: Mapping[str, str]) -> None:
    sizes = {name: len(text.encode()) for name, text in files.items()}
    for name, size in sizes.items():
        if size > MAX_FILE_BYTES:
            raise FilesTooLarge(_too_large(name, MAX_FILE_BYTES))
    if sum(sizes.values()) > MAX_TOTAL_BYTES:
        raise FilesTooLarge(_("The files are larger than %(limit)d KB together.") % {"limit": MAX_TOTAL_BYTES // 1024})


def _too_large(name: str, limit: int) -> str:
    shown = MAX_FILE_BYTES if limit == MAX_TOTAL_BYTES else limit
    return _("“%(name)s” is larger than %(limit)d KB.") % {"name": name, "limit": shown // 1024}
