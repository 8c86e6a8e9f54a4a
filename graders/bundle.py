"""The files of an exercise that decide a grade, and the archive of them that a grading machine gets."""

from __future__ import annotations

import hashlib
import io
import re
import stat
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath

from graders.problems import Problem

SPEC, VISIBLE, HIDDEN = "exercise.yaml", "test_visible.py", "test_hidden.py"
#: Of an exercise in mode ``notebook``: hidden tests as cells, and the notebook that students start from.
HIDDEN_CELLS, MASTER = "test_hidden.ipynb", "starter.ipynb"
MAX_ARCHIVE = 64 * 1024 * 1024
MAX_FILES = 64  #: in data/ and in hidden/, each
_EPOCH = (1980, 1, 1, 0, 0, 0)
_PACKED = re.compile(
    r"exercise\.yaml|test_visible\.py|test_hidden\.(py|ipynb)|starter\.ipynb|(data|hidden)/[^/\\\x00]{1,200}"
)


class ExerciseInvalid(Exception):
    """An exercise folder or archive has mistakes; ``problems`` has all of them."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


def grading_files(folder: Path, problems: list[Problem]) -> dict[str, bytes]:
    """Name and content of every file that takes part in grading. Links are refused: an archive cannot carry them."""
    names = (SPEC, VISIBLE, HIDDEN, HIDDEN_CELLS, MASTER)
    paths = {name: folder / name for name in names if (folder / name).exists()}
    for part in ("data", "hidden"):
        inside = list(entries(folder / part))
        if len(inside) > MAX_FILES:
            message = f"{len(inside)} files"
            problems.append(Problem(file=f"{part}/", line=0, message=message, expected=f"at most {MAX_FILES}"))
        paths |= {f"{part}/{path.name}": path for path in inside[:MAX_FILES]}
    contents: dict[str, bytes] = {}
    room = MAX_ARCHIVE
    for name, path in paths.items():
        if path.is_symlink() or not path.is_file():
            kind = "is a link" if path.is_symlink() else "is not a file"
            problems.append(Problem(file=name, line=0, message=kind, expected="a plain file"))
        elif path.stat().st_size > room:
            expected = f"at most {MAX_ARCHIVE // 2**20} MB in all grading files together"
            problems.append(Problem(file=name, line=0, message="the file is too large", expected=expected))
        else:
            contents[name] = path.read_bytes()
            room -= len(contents[name])
    return contents


def entries(folder: Path) -> Iterator[Path]:
    """What lies in ``data`` or ``hidden``, without what tools leave there."""
    if folder.is_dir():
        yield from sorted(path for path in folder.iterdir() if not path.name.startswith((".", "__pycache__")))


def digest_of(contents: Mapping[str, bytes]) -> str:
    """sha256 over names and contents."""
    digest = hashlib.sha256()
    for name in sorted(contents):
        encoded = name.encode()
        digest.update(b"%d %d\n" % (len(encoded), len(contents[name])))
        digest.update(encoded + contents[name])
    return digest.hexdigest()


def pack(contents: Mapping[str, bytes]) -> bytes:
    """A zip whose bytes depend on nothing but names and contents."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression=zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name in sorted(contents):
            info = zipfile.ZipInfo(name, date_time=_EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system, info.external_attr = 3, (stat.S_IFREG | 0o644) << 16
            archive.writestr(info, contents[name])
    return buffer.getvalue()


def unpack(archive: bytes, into: Path) -> None:
    """Write an archive made by ``pack`` into a folder; refuse anything that ``pack`` would not have made."""
    try:
        with zipfile.ZipFile(io.BytesIO(archive)) as opened:
            contents = _read_archive(opened)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as error:
        raise _archive_problem("", f"the archive cannot be read ({error})") from error
    into.mkdir(parents=True, exist_ok=True)
    for name, content in contents.items():
        target = into / name
        target.parent.mkdir(exist_ok=True)
        target.write_bytes(content)


def _read_archive(opened: zipfile.ZipFile) -> dict[str, bytes]:
    """All contents, read with a bound of our own: a zip's own sizes are the sender's word."""
    contents: dict[str, bytes] = {}
    room = MAX_ARCHIVE
    for info in opened.infolist():
        name = info.filename
        mode = info.external_attr >> 16
        if not _PACKED.fullmatch(name) or PurePosixPath(name).name in (".", ".."):
            raise _archive_problem(name, "the archive has a file that no exercise has")
        if name in contents or len(contents) > 2 * MAX_FILES + 5:
            raise _archive_problem(name, "the archive has a file twice, or too many files")
        if stat.S_IFMT(mode) not in (0, stat.S_IFREG):
            raise _archive_problem(name, "the archive has a link or a special file")
        with opened.open(info) as stream:
            content = stream.read(room + 1)
        room -= len(content)
        if room < 0:
            raise _archive_problem(name, f"the archive unpacks to more than {MAX_ARCHIVE // 2**20} MB")
        contents[name] = content
    return contents


def _archive_problem(name: str, message: str) -> ExerciseInvalid:
    return ExerciseInvalid([Problem(file=name, line=0, message=message, expected="an archive made by Exercise.pack")])
