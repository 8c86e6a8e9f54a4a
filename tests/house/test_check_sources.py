"""No file names a registry's host or a path of the machine that it was written on."""

from __future__ import annotations

from pathlib import Path

import check_sources


def test_hosts_and_machine_paths_are_found(tmp_path: Path) -> None:
    home = tmp_path / "home" / "alice"
    text = tmp_path / "notes.md"
    text.write_text(f"fine\nsee https://{'py' + 'pi.org'}/simple\n{home}/secret\n")
    binary = tmp_path / "image.png"
    binary.write_bytes(b"\0" + str(home).encode())
    found = list(check_sources.findings([text, binary], check_sources.patterns(tmp_path, home), tmp_path))
    assert [line.split(": ")[:2] for line in found] == [
        ["notes.md:2", "names a package registry's host"],
        ["notes.md:3", "holds a path of this machine"],
    ]


def test_the_repository_names_neither() -> None:
    assert list(check_sources.findings(check_sources.tracked_files(), check_sources.patterns())) == []
