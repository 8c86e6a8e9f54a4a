"""What lies beside a notebook: the files that its cells read, and the cell that puts them where the cells look."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from graders.bundle import MAX_FILES

MAX_BYTES = 48 * 1024 * 1024
_LEFT_OUT = re.compile(r"\..*|__pycache__|.*\.pyc|.*\.ipynb|autotests\.ya?ml|timestamp\.txt|Thumbs\.db")
#: Code that may read a file whose name it does not spell.
_READS = re.compile(r"\b(open|read_\w+|load\w*|imread|glob|listdir|scandir|iterdir|Path|walk)\s*\(")
_SETUP = """\
# Puts the files of this exercise where the notebook looks for them.
def _gradus_files(places):
    import os
    import shutil

    for name, place in places.items():
        source = os.path.join("data", name)
        if os.path.exists(source) and not os.path.exists(place):
            os.makedirs(os.path.dirname(place) or ".", exist_ok=True)
            if os.path.getsize(source) > 2**20:
                os.symlink(os.path.abspath(source), place)
            else:  # a copy, which the notebook may write over
                shutil.copyfile(source, place)


_gradus_files({places!r})
del _gradus_files"""


@dataclass(frozen=True, kw_only=True)
class Beside:
    """The files of one assignment."""

    contents: Mapping[str, bytes] = field(default_factory=dict)  #: by their path from the notebook
    notes: tuple[str, ...] = ()

    @property
    def names(self) -> dict[str, str]:
        """Path from the notebook -> name in ``data/``, which has no folders."""
        taken: dict[str, str] = {}
        for path in self.contents:
            name = path.removeprefix("data/").replace("/", "__")
            while name in taken.values():
                name = f"_{name}"
            taken[path] = name
        return taken

    def setup(self, sources: Sequence[str]) -> str:
        """The first cell; empty where no code could read a file elsewhere than in ``data/``."""
        moved = {name: path for path, name in self.names.items() if path != f"data/{name}"}
        code = "\n".join(sources)
        used = {name: path for name, path in moved.items() if _may_be_read(path, code)}
        return _SETUP.replace("{places!r}", repr(used)) if used else ""


def read_beside(folder: Path) -> Beside:
    """The files of an assignment's folder, notebooks aside. Links are left out, and so is what would be too much."""
    contents: dict[str, bytes] = {}
    notes: list[str] = []
    room = MAX_BYTES
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if any(_LEFT_OUT.fullmatch(part) for part in PurePosixPath(name).parts) or path.is_dir():
            continue
        if path.is_symlink() or not path.is_file():
            notes.append(f"{name}: a link was left out")
        elif path.stat().st_size > room or len(contents) >= MAX_FILES:
            notes.append(f"{name}: left out; an exercise has at most {MAX_FILES} files and {MAX_BYTES // 2**20} MB")
        else:
            contents[name] = path.read_bytes()
            room -= len(contents[name])
    return Beside(contents=contents, notes=tuple(notes))


def _may_be_read(path: str, code: str) -> bool:
    """Whether code names the file, imports it, or reads files whose names it makes; pictures are for the text."""
    place = PurePosixPath(path)
    if place.name in code or (place.suffix == ".py" and re.search(rf"\b{re.escape(place.stem)}\b", code)):
        return True
    picture = place.suffix.lower() in (".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp")
    return not picture and _READS.search(code) is not None
