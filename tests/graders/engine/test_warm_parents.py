"""The warm parents that students and examiners descend from lie in huge pages: a fork of them copies little."""

from __future__ import annotations

import os
import re
from contextlib import closing
from pathlib import Path

import pytest

from graders.engine import Engine
from graders.sandbox import kernel
from tests.graders.engine.leavings import children, zygotes

HEAVY = 50_000  #: kB: torch has been imported


def kilobytes(pid: int) -> dict[str, int]:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]
    return {name: int(size) for name, size in (re.findall(r"(\w+):\s+(\d+) kB", line)[0] for line in lines)}


def jailed(pid: int) -> dict[str, int]:
    (only,) = children([pid])
    return kilobytes(only)


def can_gather() -> bool:
    """Linux 6.1 and later, built with huge pages (madvise(2), MADV_COLLAPSE)."""
    release = tuple(int(number) for number in os.uname().release.split(".")[:2])
    return release >= (6, 1) and Path("/sys/kernel/mm/transparent_hugepage").exists()


@pytest.mark.parametrize("rung", ["namespaces", "landlock"])
def test_most_of_a_warm_parent_is_huge_pages_where_the_kernel_can(rung: str) -> None:
    others = zygotes()
    with closing(Engine(slots=1, rung=rung)) as engine:
        assert engine.state()["isolation"].startswith(rung)
        own = [pid for pid in zygotes() if pid not in others]
        outermost = [kilobytes(pid) for pid in own]  # in a jail, the warm parent is its child
        parents = [size if size["Anonymous"] > HEAVY else jailed(pid) for pid, size in zip(own, outermost, strict=True)]
    heavy = [size for size in parents if size["Anonymous"] > HEAVY]
    assert len(heavy) == 2, "students and examiners have one each"
    for size in heavy:
        assert (size["AnonHugePages"] > size["Anonymous"] / 2) == can_gather(), size


def test_what_was_gathered_is_what_it_was() -> None:
    block = bytes(range(256)) * (8 << 20 >> 8)
    held = bytearray(block)
    kernel.gather_pages()
    assert held == block
