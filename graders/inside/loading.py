"""Writes the submission's files and imports it.

Modules are compiled from the text that was handed in, not from the disk: an encoding cookie or a byte order mark left
by an editor says nothing about text, and no byte code is written.
"""

from __future__ import annotations

import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import linecache
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

MAX_FILES = 64


class SourceLoader(importlib.abc.InspectLoader):
    """Loads one submitted file."""

    def __init__(self, filename: str, text: str, *, is_package: bool) -> None:
        self.filename, self.text, self._is_package = filename, text, is_package

    def get_source(self, fullname: str) -> str:  # noqa: ARG002 -- the interface's signature
        return self.text

    def is_package(self, fullname: str) -> bool:  # noqa: ARG002
        return self._is_package

    def get_code(self, fullname: str) -> CodeType:  # noqa: ARG002
        return compile(self.text, self.filename, "exec", dont_inherit=True)


class SourceFinder(importlib.abc.MetaPathFinder):
    """Finds submitted files by module name."""

    def __init__(self, folder: Path, files: Mapping[str, str]) -> None:
        self.modules: dict[str, SourceLoader] = {}
        for name, text in files.items():
            parts = name.removesuffix(".py").split("/")
            is_package = parts[-1] == "__init__"
            module = ".".join(parts[:-1] if is_package else parts)
            self.modules[module] = SourceLoader(str(folder / name), text, is_package=is_package)

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None,  # noqa: ARG002
        target: ModuleType | None = None,  # noqa: ARG002
    ) -> importlib.machinery.ModuleSpec | None:
        loader = self.modules.get(fullname)
        if loader is None:
            return None
        spec = importlib.machinery.ModuleSpec(
            fullname, loader, origin=loader.filename, is_package=loader.is_package(fullname)
        )
        spec.has_location = True
        if spec.submodule_search_locations is not None:
            spec.submodule_search_locations.append(str(Path(loader.filename).parent))
        return spec


class Submission:
    """The files of one submission, in a private folder, and the modules made of them."""

    def __init__(self, folder: Path, files: Mapping[str, str]) -> None:
        self.folder = folder
        self.files = {safe_name(name): text.removeprefix("\ufeff") for name, text in files.items()}
        python = {name: text for name, text in self.files.items() if name.endswith(".py")}
        #: file name as tracebacks have it -> (name as submitted, lines)
        self.sources = {str(folder / name): (name, text.splitlines()) for name, text in python.items()}
        self._finder = SourceFinder(folder, python)

    def write(self, data_names: Sequence[str], fds: Sequence[int]) -> None:
        """Put the files, and links to the exercise's data, where the student's code can open them."""
        for name, text in self.files.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", errors="replace")
        for filename, (_, lines) in self.sources.items():
            linecache.cache[filename] = (0, None, [f"{line}\n" for line in lines], filename)
        if len(data_names) != len(fds):
            raise ValueError(f"{len(data_names)} data files were named, {len(fds)} came")
        for name, fd in zip(data_names, fds, strict=True):
            link = self.folder / "data" / safe_name(name)
            link.parent.mkdir(parents=True, exist_ok=True)
            link.symlink_to(f"/proc/self/fd/{fd}")

    def load(self, module: str) -> Any:
        """Import the submission's main module."""
        sys.path.insert(0, str(self.folder))
        sys.meta_path.insert(0, self._finder)
        sys.argv = [str(self.folder / f"{module}.py")]
        return importlib.import_module(module)


def safe_name(name: str) -> str:
    """A relative name without tricks. The platform checked it; a slip there must not write elsewhere."""
    parts = name.split("/")
    if name.startswith("/") or any(part in ("", ".", "..") for part in parts) or "\x00" in name or "\\" in name:
        raise ValueError(f"{name!r} is no name for a submitted file")
    return os.fspath(name)
